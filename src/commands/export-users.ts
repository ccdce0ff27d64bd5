import { open, rm, type FileHandle } from 'node:fs/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { exportAccounts } from '../accounts/exporting.ts'
import { StartError } from '../errors.ts'
import type { Place } from './database.ts'
import { csvHeader, toCsv } from './csv.ts'
import { interruptedCode } from './interrupts.ts'
import { digitsOf, print, say } from './output.ts'
import { formatOf, type Format, type FormatOption } from './record-files.ts'

/**
 * Writes everybody's account into a new file, or to standard output. What was begun and not ended is
 * removed: nobody takes it for the whole.
 * @throws {StartError} when it cannot be written
 */
export async function exportUsers (path: string | undefined, options: FormatOption, { store }: Place, signal: AbortSignal) {
  const format = path === undefined ? options.format ?? 'jsonl' : formatOf(path, options.format)
  const file = path === undefined ? undefined : await openNew(path)
  let count = 0

  async function * lines (format: Format) {
    if (format === 'csv') yield `${csvHeader}\n`
    for await (const record of exportAccounts(store)) {
      count++
      yield `${format === 'csv' ? toCsv(record) : JSON.stringify(record)}\n`
    }
  }

  if (process.stderr.isTTY) say('Password hashes are secrets: whoever has them can try passwords. Keep this as safe as the database.')
  try {
    const output: Writable = file?.createWriteStream({ flush: true }) ?? process.stdout
    await pipeline(Readable.from(lines(format)), output, { signal, end: file !== undefined })
    if (path !== undefined) print(`${digitsOf(count)} accounts are written to ${path}.`, {}, {})
  } catch (error) {
    if (path !== undefined) await rm(path, { force: true })
    if (!signal.aborted) throw explained(error)
    say('You asked to stop. Nothing is kept of what was written.')
    process.exitCode = interruptedCode
  }
}

async function openNew (path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    throw new StartError([isThere ? `${path} is there already, and is not overwritten.` : `${path} cannot be written: ${cause instanceof Error ? cause.message : cause}`], { cause })
  }
}

function explained (error: unknown) {
  return error instanceof Error && 'syscall' in error ? new StartError([`It could not be written to the end: ${error.message}`], { cause: error }) : error
}
