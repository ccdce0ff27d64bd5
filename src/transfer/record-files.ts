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
 * Determines the format of a file.
 * @param given the format that was asked for; by default, the file name decides
 * @throws {StartError} if the format cannot be determined
 */
export function formatOf(path: string, given: Format | undefined): Format {
  if (given !== undefined) return given
  if (/\.(jsonl|ndjson|json)$/i.test(path)) return 'jsonl'
  if (/\.csv$/i.test(path)) return 'csv'
  throw new StartError([
    path === '-'
      ? 'The format of standard input is required. Add --format jsonl or --format csv.'
      : 'The file name does not end in .jsonl or .csv. Add --format jsonl or --format csv.',
  ])
}

interface ReadOptions {
  format: Format
  usernames: UsernamePolicy
  /** Stops reading. */
  signal: AbortSignal
}

type RecordReader = ReturnType<typeof readRecords>

/**
 * Opens a file of records, one per line.
 * @throws {StartError} if it cannot be opened
 */
export async function openRecordFile(path: string, options: ReadOptions): Promise<RecordReader> {
  const { stream, size } = await openFile(path)
  return readRecords(stream, options, size)
}

/** Reads records from a stream, one per line. @param size in bytes; undefined if it is unknown */
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
    /** @throws {StartError} if the first line of a CSV file does not name its columns */
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
    throw new StartError([`Cannot read ${path}: ${cause instanceof Error ? cause.message : cause}`], { cause })
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
    throw new StartError(['The file is empty. The first line of a CSV file must name its columns.'])
  }
}

function readJson(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
  } catch {}
  return 'The line is not a JSON object.'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
