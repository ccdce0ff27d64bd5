import { styleText } from 'node:util'

type Color = 'red' | 'yellow' | 'green' | 'cyan' | 'gray'

interface TableOptions {
  /** Heads of the columns that may be cut to fit: what nobody copies from there. */
  flexible?: string[]
  /** Of a row, where colours are shown. */
  colorOf?: (row: number) => Color | undefined
  /** What there is room for; without an end where it is not a terminal. */
  columns?: number | undefined
}

/** Between columns. */
const gap = 2

/** What is left of a column at least. */
const least = 6

/** Columns under their heads, as wide as what stands in them, and as their terminal at most as far as they may be cut. */
export function tableOf(
  heads: string[],
  rows: string[][],
  { flexible = [], colorOf, columns = process.stdout.isTTY ? process.stdout.columns : undefined }: TableOptions = {},
): string {
  const cells = rows.map((row) => row.map(visible))
  const wanted = heads.map((head, column) => Math.max(...[head, ...cells.map((row) => row[column] ?? '')].map(widthOf)))
  const widths = fitting(
    wanted,
    heads.map((head) => flexible.includes(head)),
    columns ?? Infinity,
  )
  const line = (row: string[]) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd()
  const colored = (text: string, color: Color | undefined) => (color === undefined ? text : styleText(color, text))
  return [styleText('bold', line(heads)), ...cells.map((row, index) => colored(line(row), colorOf?.(index)))].join('\n')
}

/** Narrower, the widest first, until all fit or nothing is left to cut. */
function fitting(wanted: number[], isFlexible: boolean[], columns: number): number[] {
  const widths = [...wanted]
  let excess = widths.reduce((sum, width) => sum + width + gap, -gap) - columns
  for (; excess > 0; excess--) {
    const widest = Math.max(...widths.filter((_width, column) => isFlexible[column]))
    if (widest <= least) break
    widths[widths.findIndex((width, column) => isFlexible[column] && width === widest)] = widest - 1
  }
  return widths
}

function padded(text: string, width: number): string {
  const shown = widthOf(text) <= width ? text : `${beginningOf(text, width - 1)}…`
  return shown + ' '.repeat(width - widthOf(shown))
}

function beginningOf(text: string, width: number): string {
  let beginning = ''
  for (const { segment } of characters.segment(text)) {
    if (widthOf(beginning + segment) > width) break
    beginning += segment
  }
  return beginning
}

/**
 * What somebody has typed as their name, as it can be shown: it must neither steer the terminal nor turn
 * around the text beside it.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`)
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' })

const wide = /\p{Emoji_Presentation}|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303f\uff01-\uff60]/u

/** How many columns of a terminal it takes. */
function widthOf(text: string): number {
  let width = 0
  for (const { segment } of characters.segment(text)) width += wide.test(segment) ? 2 : 1
  return width
}
