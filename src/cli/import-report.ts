import type { Outcome, Verdict } from '../transfer/index.ts'
import { digitsOf, type OutputOptions } from './output.ts'

export interface ReportOptions extends OutputOptions {
  dryRun?: boolean
}

/** Reports each line that is refused, in a dry run every line, and at the end the counts. */
export function createImportReport(
  write: (text: string) => Promise<void>,
  { json = false, dryRun = false }: ReportOptions,
) {
  const counts: Record<Outcome, number> = { imported: 0, 'already there': 0, refused: 0 }
  let last = 0
  let isFirst = true
  let hasBegun = false

  async function begin() {
    if (json && !hasBegun) await write('{\n  "lines": [')
    hasBegun = true
  }

  function textOf(verdict: Verdict) {
    if (!json) return `${dryRun ? foretell(verdict) : tell(verdict)}\n`
    const comma = isFirst ? '' : ','
    isFirst = false
    return `${comma}\n    ${JSON.stringify({ ...verdict, outcome: verdict.outcome.replace(' ', '_') })}`
  }

  return {
    counts,

    /** The number of the last line that was processed. */
    lastLine: () => last,

    /** Records processed so far. */
    records: () => counts.imported + counts['already there'] + counts.refused,

    /** Whether any of them is reported on a line of its own. */
    speaksOf: (verdicts: Verdict[]) => dryRun || verdicts.some(({ outcome }) => outcome === 'refused'),

    async add(verdicts: Verdict[]) {
      for (const { outcome } of verdicts) counts[outcome]++
      last = verdicts.at(-1)?.line ?? last
      await begin()
      const text = verdicts
        .filter(({ outcome }) => dryRun || outcome === 'refused')
        .map(textOf)
        .join('')
      if (text !== '') await write(text)
    },

    async end(isComplete: boolean) {
      await begin()
      const { imported, 'already there': there, refused } = counts
      const [first, second, third] = [imported, there, refused].map(digitsOf)
      if (!json) {
        return write(
          dryRun
            ? `Would import ${first}. Already there: ${second}. Would refuse ${third}. Nothing was changed.\n`
            : `Imported ${first}. Already there: ${second}. Refused: ${third}.\n`,
        )
      }
      const summary = {
        imported,
        already_there: there,
        refused,
        last_line: last,
        complete: isComplete,
        dry_run: dryRun,
      }
      await write(`${isFirst ? '' : '\n  '}],\n${JSON.stringify(summary, null, 2).slice(2)}\n`)
    },
  }
}

function tell({ line, reason }: Verdict) {
  return `line ${line} is refused: ${reason}`
}

function foretell({ line, outcome, username, reason }: Verdict) {
  if (outcome === 'refused') return `line ${line} would be refused: ${reason}`
  return `line ${line}: ${username} ${outcome === 'imported' ? 'would be imported' : 'is there already'}`
}
