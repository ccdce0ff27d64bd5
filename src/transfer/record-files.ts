import { open, stat } from 'node:fs/promises'
import { addAbortSignal, type Readable } from 'node:stream'
import { StartError } from '../errors/index.ts'
import { readLines } from '../lib/read-lines.ts'
import type { UsernamePolicy } from '../users/index.ts'
import { openCsv, type ReadRow } from './csv.ts'
import type { Line } from './import-users.ts'

export const formats = ['jsonl', 'csv'] as const

export type Format = (typeof formats)[number]

/**
 * @param given the format that was asked for, which precedes the file's name
 * @throws {StartError} when the format cannot be determined
 */
export function formatOf(path: string, given: Format | undefined): Format {
  if (given !== undefined) return given
  if (/\.(jsonl|ndjson|json)$/i.test(path)) return 'jsonl'
  if (/\.csv$/i.test(path)) return 'csv'
  throw new StartError([
    path === '-'
      ? 'What is on standard input? Say --format jsonl or --format csv.'
      : 'The name of the file does not end in .jsonl or .csv. Say --format jsonl or --format csv.',
  ])
}

interface ReadOptions {
  format: Format
  usernames: UsernamePolicy
  /** Interrupts the reading. */
  signal: AbortSignal
}

type RecordReader = ReturnType<typeof readRecords>

/**
 * Opens a file of records, one per line.
 * @throws {StartError} when it cannot be opened
 */
export async function openRecordFile(path: string, options: ReadOptions): Promise<RecordReader> {
  const { stream, size } = await openFile(path)
  return readRecords(stream, options, size)
}

/** Reads records from a stream, one per line. @param size bytes in all; undefined when unknown */
export function readRecords(stream: Readable, { format, usernames, signal }: ReadOptions, size?: number) {
  addAbortSignal(signal, stream)
  let bytesRead = 0

  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of stream) {
      bytesRead += chunk.length
      yield chunk
    }
  }

  return {
    size,
    bytesRead: () => bytesRead,
    /** @throws {StartError} when the first line of a CSV file does not name its columns */
    records: () => recordsOf(chunks(), format, usernames),
  }
}

async function openFile(path: string): Promise<{ stream: Readable; size: number | undefined }> {
  try {
    const stats = await stat(path)
    if (stats.isDirectory()) throw new Error('it is a folder')
    const file = await open(path)
    return { stream: file.createReadStream(), size: stats.isFile() ? stats.size : undefined }
  } catch (cause) {
    throw new StartError([`${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`], { cause })
  }
}

async function* recordsOf(
  chunks: AsyncIterable<Buffer>,
  format: Format,
  usernames: UsernamePolicy,
): AsyncGenerator<Line> {
  let readRow: ReadRow | undefined = format === 'jsonl' ? readJson : undefined
  for await (const { number, text } of readLines(chunks)) {
    if (typeof text !== 'string' && readRow === undefined) throw new StartError([text.fault])
    if (typeof text !== 'string') yield { number, content: text.fault }
    else if (text.trim() === '') continue
    else if (readRow === undefined) readRow = await openCsv(text, usernames)
    else yield { number, content: readRow(text) }
  }
  if (readRow === undefined) {
    throw new StartError(['The file is empty: the first line of a CSV file must name its columns.'])
  }
}

function readJson(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
  } catch {}
  return 'The line is not an object of JSON.'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
