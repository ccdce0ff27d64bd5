import { type FileHandle, open } from 'node:fs/promises'
import type { Audit } from '../audit/index.ts'
import { StartError } from '../errors/index.ts'
import type { TotpSecrets } from '../factors/index.ts'
import { errorCodeOf } from '../lib/error-code.ts'
import type { Store } from '../store/index.ts'
import { createCsvWriter, exportAccounts, fieldNames, type Format } from '../transfer/index.ts'
import { digitsOf } from './output.ts'

const recordsPerWrite = 500

interface Export {
  store: Store
  audit: Audit
  format: Format
  /** Reads the secrets of authenticator apps, if they are exported. */
  totpSecrets?: TotpSecrets | undefined
  /** Aborted when the operator interrupts the export. */
  signal: AbortSignal
}

/**
 * Writes all users to a new file that only its owner can read.
 * @returns the number of users
 * @throws {StartError} when the file exists or cannot be written, or the export was interrupted
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
 * Writes all users.
 * @returns the number of users
 * @throws {StartError} when the export was interrupted
 */
export async function writeExport(
  write: (text: string) => Promise<void>,
  { store, audit, format, totpSecrets, signal }: Export,
): Promise<number> {
  let count = 0
  const csv = createCsvWriter(fieldNames.filter((name) => name !== 'totp_secret' || totpSecrets !== undefined))
  let lines = format === 'csv' ? [csv.header] : []
  for await (const record of exportAccounts({ store, audit, totpSecrets })) {
    if (signal.aborted) {
      throw new StartError([`The export was interrupted after ${digitsOf(count)} users. The output is incomplete.`])
    }
    lines.push(format === 'csv' ? csv.lineOf(record) : JSON.stringify(record))
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
    const exists = errorCodeOf(cause) === 'EEXIST'
    const reason = exists ? 'the file already exists' : cause instanceof Error ? cause.message : String(cause)
    throw new StartError([`Cannot create ${path}: ${reason}.`], { cause })
  }
}

/** For example, when the disk is full. */
function incomplete(path: string, cause: unknown) {
  const reason = cause instanceof Error ? cause.message : cause
  return new StartError([`Cannot write to ${path}: ${reason}. The file is incomplete.`], {
    cause,
  })
}
