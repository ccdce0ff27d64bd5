import stringWidth from 'string-width'
import { unprintable } from '../lib/text.ts'

import type { Color, Output } from './output.ts'

interface TableOptions {
  /** Heads of the columns that may be truncated: those whose values are not copied into commands. */
  flexible?: string[]
  /** The color of a row. */
  colorOf?: (row: number) => Color | undefined
}

const gapWidth = 2

const minColumnWidth = 6

/** Formats a table. Flexible columns are truncated until the table fits the terminal. */
export function tableOf(
  { columns, colored }: Pick<Output, 'columns' | 'colored'>,
  heads: string[],
  rows: string[][],
  { flexible = [], colorOf }: TableOptions = {},
): string {
  const cells = rows.map((row) => row.map(visible))
  const wanted = heads.map((head, column) =>
    Math.max(...[head, ...cells.map((row) => row[column] ?? '')].map((text) => stringWidth(text))),
  )
  const widths = fitting(
    wanted,
    heads.map((head) => flexible.includes(head)),
    columns ?? Infinity,
  )
  const line = (row: string[]) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join(' '.repeat(gapWidth))
      .trimEnd()
  const rowLine = (row: string[], color: Color | undefined) =>
    color === undefined ? line(row) : colored(color, line(row))
  return [rowLine(heads, 'bold'), ...cells.map((row, index) => rowLine(row, colorOf?.(index)))].join('\n')
}

/** Narrows the widest flexible column until the table fits, or none can be narrowed further. */
function fitting(wanted: number[], isFlexible: boolean[], columns: number): number[] {
  const widths = [...wanted]
  let excess = widths.reduce((sum, width) => sum + width + gapWidth, -gapWidth) - columns
  for (; excess > 0; excess--) {
    const widest = Math.max(...widths.filter((_width, column) => isFlexible[column]))
    if (widest <= minColumnWidth) break
    widths[widths.findIndex((width, column) => isFlexible[column] && width === widest)] = widest - 1
  }
  return widths
}

function padded(text: string, width: number): string {
  const shown = stringWidth(text) <= width ? text : `${beginningOf(text, width - 1)}…`
  return shown + ' '.repeat(width - stringWidth(shown))
}

function beginningOf(text: string, width: number): string {
  let beginning = ''
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(beginning + segment) > width) break
    beginning += segment
  }
  return beginning
}

/** Escapes control and bidi characters: a name must neither control the terminal nor reorder the text beside it. */
export function visible(text: string): string {
  return text.replace(unprintable, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`)
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
