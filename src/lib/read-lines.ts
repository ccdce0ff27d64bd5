import { isUtf8 } from 'node:buffer'

/** A line of a text, or a sentence that says what is wrong with the line. */
interface TextLine {
  /** The number of the line, starting at 1. */
  number: number
  text: string | { fault: string }
}

/** Far more than a line with all data of a user needs. */
const maxLineBytes = 64 * 1024

/**
 * Splits UTF-8 text at LF or CRLF and removes the byte order mark. It keeps at most one line in memory, and nothing of
 * a line that is too long.
 */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<TextLine> {
  let number = 0
  let parts: Buffer[] = []
  let length = 0

  function add(part: Buffer) {
    length += part.length
    if (length <= maxLineBytes) parts.push(part)
    else parts = []
  }

  function end(): TextLine {
    const text =
      length > maxLineBytes
        ? { fault: `The line is longer than ${maxLineBytes / 1024} KiB.` }
        : textOf(Buffer.concat(parts))
    parts = []
    length = 0
    number++
    return { number, text: number === 1 && typeof text === 'string' ? text.replace(/^\ufeff/, '') : text }
  }

  for await (const chunk of chunks) {
    let start = 0
    for (let feed = chunk.indexOf('\n'); feed !== -1; feed = chunk.indexOf('\n', start)) {
      add(chunk.subarray(start, feed))
      start = feed + 1
      yield end()
    }
    add(chunk.subarray(start))
  }
  if (length > 0) yield end()
}

function textOf(bytes: Buffer): string | { fault: string } {
  return isUtf8(bytes) ? bytes.toString().replace(/\r$/, '') : { fault: 'The line is not UTF-8.' }
}
