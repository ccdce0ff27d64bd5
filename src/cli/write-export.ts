import { type FileHandle, open } from 'node:fs/promises'
import type { Audit } from '../audit/index.ts'
import { StartError } from '../errors/index.ts'
import type { Store } from '../store/index.ts'
import { csvHeader, exportAccounts, type Format, toCsv } from '../transfer/index.ts'
import { digitsOf } from './output.ts'

const recordsPerWrite = 500

interface Export {
  store: Store
  audit: Audit
  format: Format
  /** Interrupts the export. */
  signal: AbortSignal
}

/**
 * Writes every account to a new file, for its owner alone.
 * @returns the number of accounts
 * @throws {StartError} when the file exists already or cannot be written, or the export was interrupted
 */
export async function writeExportFile(path: string, options: Export): Promise<number> {
  const file = await createFile(path)
  const write = (text: string) =>
    file.writeFile(text).catch((cause) => {
      throw incomplete(path, cause)
    })
  try {
    const count = await writeExport(write, options)
    await file.sync()
    return count
  } finally {
    await file.close()
  }
}

/**
 * Writes every account.
 * @returns the number of accounts
 * @throws {StartError} when the export was interrupted
 */
export async function writeExport(
  write: (text: string) => Promise<void>,
  { store, audit, format, signal }: Export,
): Promise<number> {
  let count = 0
  let lines = format === 'csv' ? [csvHeader] : []
  for await (const record of exportAccounts({ store, audit })) {
    if (signal.aborted) {
      throw new StartError([
        `It was interrupted after ${digitsOf(count)} accounts; what has been written is not all of them.`,
      ])
    }
    lines.push(format === 'csv' ? toCsv(record) : JSON.stringify(record))
    count++
    if (lines.length < recordsPerWrite) continue
    await write(`${lines.join('\n')}\n`)
    lines = []
  }
  if (lines.length > 0) await write(`${lines.join('\n')}\n`)
  return count
}

async function createFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    const reason = exists
      ? 'it is there already, and is not written over'
      : cause instanceof Error
        ? cause.message
        : String(cause)
    throw new StartError([`${path} cannot be made: ${reason}.`], { cause })
  }
}

/** The disk is full, for example. */
function incomplete(path: string, cause: unknown) {
  const reason = cause instanceof Error ? cause.message : cause
  return new StartError([`${path} cannot be written on: ${reason}. What it holds is not all of the accounts.`], {
    cause,
  })
}
