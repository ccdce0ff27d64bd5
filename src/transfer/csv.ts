import { StartError } from '../errors/index.ts'
import type { UsernamePolicy } from '../users/index.ts'
import { type AccountRecord, type Field, faultOfField, fieldNames, likelyField } from './user-records.ts'

/** @returns the record of a line, or a sentence that says what is wrong with the line */
export type ReadRow = (text: string) => Record<string, unknown> | string

const flags = new Set(['email_verified', 'disabled'])

/**
 * Reads lines of CSV (RFC 4180), each on its own, so that a stray quote affects only its own line. As a consequence,
 * values cannot contain line breaks.
 * @param header the line that names the columns
 * @throws {StartError} unless it names known columns, including one that users sign in with
 */
export async function openCsv(header: string, usernames: UsernamePolicy): Promise<ReadRow> {
  // Loaded here, since only imports need it.
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
    if (cells === undefined) return 'The quotes do not match. Only JSON lines can have values with line breaks.'
    if (cells.length !== columns.length) {
      return `The line has ${cells.length} values, but the first line has ${columns.length}.`
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
    `The first line has ${separator === ';' ? 'semicolons' : 'tabs'} instead of commas. Separate the columns with ` +
      'commas.',
  ])
}

function demandColumns(columns: string[], usernames: UsernamePolicy) {
  const identifiers = usernames === 'required' ? ['username'] : ['username', 'email']
  if (!columns.some((name) => identifiers.includes(likelyField(name) ?? name))) {
    throw new StartError([
      `The first line of a CSV file must name its columns, including ${identifiers.join(' or ')}. Known columns: ` +
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

/** Other values stay the same, and are rejected later. */
function flagOf(cell = '') {
  if (/^(1|true)$/i.test(cell)) return true
  return /^(0|false|)$/i.test(cell) ? false : cell
}

/**
 * The places where a spreadsheet would find a formula, since any user can choose one as a name (OWASP ASVS 5.0
 * V1.2.10). In many countries, spreadsheets also split lines at semicolons and tabs.
 */
const formulaStart = /(?<=^|[;\t])(?=['"]*[=+@\t\uff0b\uff0d\uff1d\uff20-])/g

/** The apostrophes that `escapeFormulas` inserts. */
const escapedStart = /(?<=^|[;\t])'(?=['"]*[=+@\t\uff0b\uff0d\uff1d\uff20-])/g

/** Inserts an apostrophe before each formula, so that a spreadsheet treats it as text. */
function escapeFormulas(text: string) {
  return text.replace(formulaStart, "'")
}

function unescapeFormulas(cell = '') {
  return cell.replace(escapedStart, '')
}

/** Writes records as lines with these fields. Line breaks become spaces. */
export function createCsvWriter(fields: readonly Field[]) {
  return {
    header: fields.join(','),

    lineOf: (record: AccountRecord): string =>
      fields
        .map((name) => {
          const value = record[name] ?? ''
          const text = escapeFormulas((Array.isArray(value) ? value.join(' ') : String(value)).replace(/[\r\n]+/g, ' '))
          return /[",;\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
        })
        .join(','),
  }
}
