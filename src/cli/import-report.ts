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
  let factors = 0
  let usersWithMissingFactors = 0
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
    return `${comma}\n    ${JSON.stringify(toJson(verdict))}`
  }

  function describeFactors() {
    return [
      ...(factors === 0
        ? []
        : [
            `Authenticator apps: ${digitsOf(factors)}. Their users have no recovery codes until they create some: ` +
              'POST /users/me/recovery-codes.\n',
          ]),
      ...(usersWithMissingFactors === 0
        ? []
        : [
            `Users without all of their second factors: ${digitsOf(usersWithMissingFactors)}. The file does not ` +
              'contain the others. A user without any signs in with the password alone.\n',
          ]),
    ].join('')
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
      for (const { outcome, factors: imported = 0, missingFactors = 0 } of verdicts) {
        counts[outcome]++
        factors += imported
        if (missingFactors > 0) usersWithMissingFactors++
      }
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
          (dryRun
            ? `Would import: ${first}. Existing users: ${second}. Would reject: ${third}. Nothing was changed.\n`
            : `Imported: ${first}. Existing users: ${second}. Rejected: ${third}.\n`) + describeFactors(),
        )
      }
      const summary = {
        imported,
        already_there: there,
        refused,
        second_factors: factors,
        users_with_missing_factors: usersWithMissingFactors,
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

function describeForecast({ line, outcome, username, reason, missingFactors = 0 }: Verdict) {
  if (outcome === 'refused') return `line ${line} would be rejected: ${reason}`
  const lost = missingFactors === 0 ? '' : ` without ${missingFactors} of the second factors`
  return `line ${line}: ${username} ${outcome === 'imported' ? `would be imported${lost}` : 'already exists'}`
}

function toJson({ factors, missingFactors, ...verdict }: Verdict) {
  return {
    ...verdict,
    outcome: verdict.outcome.replace(' ', '_'),
    ...(factors === undefined ? {} : { second_factors: factors }),
    ...(missingFactors === undefined ? {} : { missing_factors: missingFactors }),
  }
}
