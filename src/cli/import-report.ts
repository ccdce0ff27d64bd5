import type { Outcome, Verdict } from '../transfer/index.ts'
import { digitsOf, type OutputOptions } from './output.ts'

export interface ReportOptions extends OutputOptions {
  dryRun?: boolean
}

/** Reports each rejected line (in a dry run, every line), and the counts at the end. */
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
    if (!json) return `${dryRun ? describeForecast(verdict) : describeRejection(verdict)}\n`
    const comma = isFirst ? '' : ','
    isFirst = false
    return `${comma}\n    ${JSON.stringify({ ...verdict, outcome: verdict.outcome.replace(' ', '_') })}`
  }

  return {
    counts,

    /** The number of the last processed line. */
    lastLine: () => last,

    /** The number of records processed so far. */
    records: () => counts.imported + counts['already there'] + counts.refused,

    /** Whether any of these verdicts is printed. */
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
            ? `Would import: ${first}. Existing users: ${second}. Would reject: ${third}. Nothing was changed.\n`
            : `Imported: ${first}. Existing users: ${second}. Rejected: ${third}.\n`,
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

function describeRejection({ line, reason }: Verdict) {
  return `line ${line} rejected: ${reason}`
}

function describeForecast({ line, outcome, username, reason }: Verdict) {
  if (outcome === 'refused') return `line ${line} would be rejected: ${reason}`
  return `line ${line}: ${username} ${outcome === 'imported' ? 'would be imported' : 'already exists'}`
}
