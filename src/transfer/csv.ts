import { StartError } from '../errors/index.ts'
import type { UsernamePolicy } from '../users/index.ts'
import { type AccountRecord, faultOfField, fieldNames, likelyField } from './user-records.ts'

/** @returns the record on a line, or a sentence that says what is wrong with it */
export type ReadRow = (text: string) => Record<string, unknown> | string

const flags = new Set(['email_verified', 'disabled'])

/**
 * Reads lines of CSV (RFC 4180), each by itself, so that a stray quote spoils only its own line. The price
 * is that a value cannot contain a line break.
 * @param header the line that names the columns
 * @throws {StartError} when it does not name known columns, among them one by which users sign in
 */
export async function openCsv(header: string, usernames: UsernamePolicy): Promise<ReadRow> {
  // The service never reads CSV.
  const { parse } = await import('csv-parse/sync')

  function cellsOf(text: string): string[] | undefined {
    try {
      return parse(text, { record_delimiter: '\n', relax_column_count: true })[0]
    } catch {
      return undefined
    }
  }

  const columns = cellsOf(header)?.map((name) => name.trim()) ?? []
  demandCommas(header)
  demandColumns(columns, usernames)

  return (text) => {
    const cells = cellsOf(text)
    if (cells === undefined) return 'The quotes do not match; a value with a line break can stand in JSON alone.'
    if (cells.length !== columns.length) {
      return `The line has ${cells.length} values, and the first line ${columns.length}.`
    }
    return Object.fromEntries(
      columns.map((name, index) => [name, flags.has(name) ? flagOf(cells[index]) : unescapeFormulas(cells[index])]),
    )
  }
}

function demandCommas(header: string) {
  const separator = header.includes(',') ? undefined : /[;\t]/.exec(header)?.[0]
  if (separator === undefined) return
  throw new StartError([
    `The first line has ${separator === ';' ? 'semicolons' : 'tabs'} where commas are expected: ` +
      'write the file with commas between the columns.',
  ])
}

function demandColumns(columns: string[], usernames: UsernamePolicy) {
  const identifiers = usernames === 'required' ? ['username'] : ['username', 'email']
  if (!columns.some((name) => identifiers.includes(likelyField(name) ?? name))) {
    throw new StartError([
      `The first line of a CSV file must name its columns, ${identifiers.join(' or ')} among them; known are ` +
        `${fieldNames.join(', ')}.`,
      ...columns
        .filter((name) => likelyField(name) !== undefined)
        .map(faultOfField)
        .filter((fault) => fault !== undefined),
    ])
  }
  const faults = columns.map(faultOfField).filter((fault) => fault !== undefined)
  if (new Set(columns).size < columns.length) faults.push('The first line names a column twice.')
  if (faults.length > 0) throw new StartError([...new Set(faults)])
}

/** Other values stay as they are, and are refused later. */
function flagOf(cell = '') {
  if (/^(1|true)$/i.test(cell)) return true
  return /^(0|false|)$/i.test(cell) ? false : cell
}

export const csvHeader = fieldNames.join(',')

/**
 * Where a spreadsheet would find a formula, which any user may choose as a name (OWASP ASVS 5.0, 1.2.10). One that
 * splits lines at semicolons or tabs, as in many countries, begins a cell behind each of them.
 */
const formulaStart = /(?<=^|[;\t])(?=['"]*[=+@\t\uff0b\uff0d\uff1d\uff20-])/g

/** The apostrophe that was put there. */
const escapedStart = /(?<=^|[;\t])'(?=['"]*[=+@\t\uff0b\uff0d\uff1d\uff20-])/g

/** Puts an apostrophe before each formula, which makes it text in a spreadsheet. */
function escapeFormulas(text: string) {
  return text.replace(formulaStart, "'")
}

/** Removes these apostrophes. */
function unescapeFormulas(cell = '') {
  return cell.replace(escapedStart, '')
}

/** Writes a record as a line; a line break in a display name becomes a space. */
export function toCsv(record: AccountRecord): string {
  return fieldNames
    .map((name) => {
      const value = record[name] ?? ''
      const text = escapeFormulas((Array.isArray(value) ? value.join(' ') : String(value)).replace(/[\r\n]+/g, ' '))
      return /[",;\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    })
    .join(',')
}
