import { readFile, writeFile } from 'node:fs/promises'
import { cpus, release, totalmem, type } from 'node:os'

/** The results of a measurement: rows of both tables, further tables, and a sentence about what else it proved. */
export interface Part {
  verdicts: string[][]
  /** The columns of the first table, if it has others than usual. */
  head?: string[]
  /** How it was measured, if not in interleaved rounds. */
  method?: string
  details?: string[][]
  tables?: Table[]
  proof?: string
}

/** A table with columns of its own. */
export interface Table {
  /** The name of its marks on a page. */
  place: string
  head: string[]
  rows: string[][]
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2
}

/** @param share a number from 0 to 1 */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? NaN
}

/** The time within which a share of the requests were answered, in milliseconds. */
export function timeAt(asked: { took: number }[], share: number): number {
  return percentile(
    asked.map(({ took }) => took),
    share,
  )
}

/** Rounds to three significant digits, because more would be noise. */
export function figure(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 2 })
}

/** Formats the median of all rounds, with minimum and maximum. */
export function spread(values: number[]): string {
  return `${figure(median(values))} (${figure(Math.min(...values))} to ${figure(Math.max(...values))})`
}

export function verdict(isMet: boolean): string {
  return isMet ? 'met' : 'MISSED'
}

const usualHead = ['', 'measured', 'reference', 'ratio', 'bound', 'verdict']
const usualMethod = 'Medians of interleaved rounds, with minimum and maximum in brackets.'

function describeMachine(): string {
  const cores = cpus()
  const [day] = new Date().toISOString().split('T')
  return (
    `Measured on ${day}: ${cores.length} cores of ${cores[0]?.model ?? 'an unknown processor'}, ` +
    `${figure(totalmem() / 1e9)} GB, ` +
    `${type()} ${release().split('-')[0]}, Node ${process.versions.node}. ` +
    'The built service with `LOG_LEVEL=warn` unless stated otherwise; the load generator on the same machine.'
  )
}

export function reportOf(parts: Part[]): string {
  const details = parts.flatMap((part) => part.details ?? [])
  const { head = usualHead, method = usualMethod } = parts[0] ?? {}
  return [
    `${describeMachine()} ${method}`,
    tableOf(
      head,
      parts.flatMap(({ verdicts }) => verdicts),
    ),
    ...(details.length === 0
      ? []
      : [
          [
            ...parts.flatMap(({ proof }) => proof ?? []),
            'Cost per response; where the server did not keep a core busy, the load generator was the limit:',
          ].join(' '),
          tableOf(['', 'per second', 'user CPU, µs', 'system CPU, µs', 'cores busy'], details),
        ]),
  ].join('\n\n')
}

export function textOfTable({ head, rows }: Table): string {
  return tableOf(head, rows)
}

function tableOf(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/**
 * Replaces the text between two marks on a page.
 * @param page the path of the page, from the root of the project
 * @param place the name of the marks
 */
export async function writeIntoPage(page: string, place: string, report: string) {
  const file = new URL(`../${page}`, import.meta.url)
  const text = await readFile(file, 'utf8')
  const marked = new RegExp(`(?<=<!-- ${place} -->\\n).*?(?=<!-- /${place} -->)`, 's')
  if (!marked.test(text)) {
    console.log(`${page} has no <!-- ${place} --> and <!-- /${place} -->`)
    return
  }
  await writeFile(
    file,
    text.replace(marked, () => `\n${report}\n\n`),
  )
}
