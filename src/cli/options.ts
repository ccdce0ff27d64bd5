import { type Command, InvalidArgumentError } from 'commander'

export interface PageOptions {
  limit: number
  cursor?: string
  all?: boolean
}

/** Adds the options that page through a list. */
export function addPageOptions(command: Command, limit: number): Command {
  return command
    .option('--limit <count>', 'Maximum number of results', countFrom, limit)
    .option('--cursor <cursor>', 'Continue where the previous page ended')
    .option('--all', 'Fetch all pages')
}

function countFrom(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > 1000) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1000.')
  }
  return count
}

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The accepted times in words, for `--help` and errors. */
export const times = 'a time (2026-11-25T18:00:00Z or 2026-11-25) or an age (30m, 24h or 7d)'

/** @returns milliseconds since the epoch */
export function timeFrom(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  if (count !== undefined) return Date.now() - Number(count) * (units[unit] ?? 0)
  const time = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : NaN
  if (Number.isNaN(time)) throw new InvalidArgumentError(`It must be ${times}.`)
  return time
}
