import { StartError } from '../errors/index.ts'
import { type AccountRecord, faultOfMember, memberNames } from './user-records.ts'

/** What a line holds, or what is wrong with it as a sentence. */
export type ReadRow = (text: string) => Record<string, unknown> | string

const flags = new Set(['email_verified', 'disabled'])

/**
 * Reads lines of CSV (RFC 4180), each by itself, so that a quote too many spoils no other. What only
 * that forbids are line breaks in quotes.
 * @param header the line that names the columns
 * @throws {StartError} when it does not
 */
export async function openCsv(header: string): Promise<ReadRow> {
  // Who starts the service needs none of it.
  const { parse } = await import('csv-parse/sync')

  function cellsOf(text: string): string[] | undefined {
    try {
      return parse(text, { record_delimiter: '\n', relax_column_count: true })[0]
    } catch {
      return undefined
    }
  }

  const columns = cellsOf(header)?.map((name) => name.trim()) ?? []
  demandColumns(columns)

  return (text) => {
    const cells = cellsOf(text)
    if (cells === undefined) return 'The quotes do not match; a value with a line break can stand in JSON alone.'
    if (cells.length !== columns.length) {
      return `The line has ${cells.length} values, and the first line ${columns.length}.`
    }
    return Object.fromEntries(
      columns.map((name, index) => [name, flags.has(name) ? flagOf(cells[index]) : bare(cells[index])]),
    )
  }
}

function demandColumns(columns: string[]) {
  if (!columns.includes('username')) {
    throw new StartError([
      `The first line of a CSV file must name its columns, username among them; known are ${memberNames.join(', ')}.`,
    ])
  }
  const faults = columns.map(faultOfMember).filter((fault) => fault !== undefined)
  if (new Set(columns).size < columns.length) faults.push('The first line names a column twice.')
  if (faults.length > 0) throw new StartError([...new Set(faults)])
}

/** What is neither is left as it is, to be refused. */
function flagOf(cell = '') {
  if (/^(1|true)$/i.test(cell)) return true
  return /^(0|false|)$/i.test(cell) ? false : cell
}

export const csvHeader = memberNames.join(',')

/** A spreadsheet takes what begins so for a formula, and anybody may have such a name (OWASP ASVS 5.0, 1.2.10). */
const formula = /^'*[=+@\t-]/

/** An apostrophe makes it text there. */
function harmless(text: string) {
  return formula.test(text) ? `'${text}` : text
}

/** Without that apostrophe. */
function bare(cell = '') {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell
}

/** A line break, which a display name may hold, becomes a space. */
export function toCsv(record: AccountRecord): string {
  return memberNames
    .map((name) => {
      const value = record[name] ?? ''
      const text = harmless((Array.isArray(value) ? value.join(' ') : String(value)).replace(/[\r\n]+/g, ' '))
      return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    })
    .join(',')
}
