import { isUtf8 } from 'node:buffer'

/** A line of a text, or what is wrong with it as a sentence. */
export interface TextLine {
  number: number
  text: string | { fault: string }
}

/** Bytes. A hash and everything else fits many times. */
const longest = 64 * 1024

/**
 * Splits UTF-8 at LF or CRLF, without a byte order mark. Not more than one line is held, and of one
 * that is too long not even that.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<TextLine> {
  let number = 0
  let parts: Buffer[] = []
  let length = 0

  function add(part: Buffer) {
    length += part.length
    if (length <= longest) parts.push(part)
    else parts = []
  }

  function end(): TextLine {
    const text =
      length > longest ? { fault: `The line is longer than ${longest / 1024} KiB.` } : textOf(Buffer.concat(parts))
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
