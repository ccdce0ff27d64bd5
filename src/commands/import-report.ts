import type { Outcome, Verdict } from '../accounts/importing.ts'
import { digitsOf, write, type OutputOptions } from './output.ts'

export interface ReportOptions extends OutputOptions { dryRun?: boolean }

export type ImportReport = ReturnType<typeof createImportReport>

/**
 * Says of each line that is refused, in a dry run of every line, what becomes of it, and at the end how
 * many there were. Nothing is kept: for programs it is one object of JSON all the same, written bit by bit.
 */
export function createImportReport ({ json = false, dryRun = false }: ReportOptions) {
  const counts: Record<Outcome, number> = { imported: 0, 'already there': 0, refused: 0 }
  let lastLine = 0
  let written = 0

  const isWorthSaying = ({ outcome }: Verdict) => dryRun || outcome === 'refused'

  function textOf (verdict: Verdict) {
    if (!json) return `${dryRun ? foretell(verdict) : tell(verdict)}\n`
    return `${written++ === 0 ? '{\n  "lines": [' : ','}\n    ${JSON.stringify({ ...verdict, outcome: wireNames[verdict.outcome] })}`
  }

  return {
    /** Whether it has something to say about one of them. */
    speaksOf: (verdicts: Verdict[]) => verdicts.some(isWorthSaying),

    async add (verdicts: Verdict[]) {
      for (const { outcome, line } of verdicts) {
        counts[outcome]++
        lastLine = line
      }
      const text = verdicts.filter(isWorthSaying).map(textOf).join('')
      if (text !== '') await write(text)
    },

    /** How far it has come. */
    sums: () => ({ records: counts.imported + counts['already there'] + counts.refused, refused: counts.refused, lastLine }),

    /** @param isComplete whether the whole file has been read */
    async end (isComplete: boolean) {
      const { imported, 'already there': there, refused } = counts
      if (json) {
        const summary = { imported, already_there: there, refused, last_line: lastLine, complete: isComplete, dry_run: dryRun }
        return write(`${written === 0 ? '{\n  "lines": [' : '\n  '}],${JSON.stringify(summary, null, 2).slice(1)}\n`)
      }
      const [first, second, third] = [imported, there, refused].map(digitsOf)
      await write(dryRun
        ? `Would be imported: ${first}. Already there: ${second}. Would be refused: ${third}. Nothing was changed.\n`
        : `Imported: ${first}. Already there: ${second}. Refused: ${third}.\n`)
    },
  }
}

const wireNames: Record<Outcome, string> = { imported: 'imported', 'already there': 'already_there', refused: 'refused' }

function tell ({ line, reason }: Verdict) {
  return `line ${line} is refused: ${reason}`
}

function foretell ({ line, outcome, username, reason }: Verdict) {
  if (outcome === 'refused') return `line ${line} would be refused: ${reason}`
  return `line ${line}: ${username} ${outcome === 'imported' ? 'would be imported' : 'is there already'}`
}
