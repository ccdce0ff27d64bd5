import { type FileHandle, open } from 'node:fs/promises'
import { StartError } from '../errors/index.ts'
import type { Store } from '../store/index.ts'
import { csvHeader, exportAccounts, type Format, toCsv } from '../transfer/index.ts'
import { digitsOf, say, write } from './output.ts'

/** Records that are written at once. */
const most = 500

/**
 * Writes every account.
 * @param path a file that there is not yet, for its owner alone; standard output without it
 * @throws {StartError} when it cannot be written, or was interrupted
 */
export async function exportTo(path: string | undefined, format: Format, store: Store, signal: AbortSignal) {
  if (path === undefined) {
    if (process.stdout.isTTY) {
      say('The password hashes in this are secrets: whoever has them can try passwords as fast as they like.')
    }
    await writeAccounts(write, format, store, signal)
    return
  }
  const file = await create(path)
  try {
    const count = await writeAccounts(
      (text) =>
        file.writeFile(text).catch((cause) => {
          throw unfinished(path, cause)
        }),
      format,
      store,
      signal,
    )
    await file.sync()
    say(
      `${path} has ${digitsOf(count)} accounts. The password hashes in it are secrets: keep it so, and delete it when it is not needed any more.`,
    )
  } finally {
    await file.close()
  }
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    const reason = isThere
      ? 'it is there already, and is not written over'
      : cause instanceof Error
        ? cause.message
        : String(cause)
    throw new StartError([`${path} cannot be made: ${reason}.`], { cause })
  }
}

/** A full disk, for one. */
function unfinished(path: string, cause: unknown) {
  return new StartError(
    [
      `${path} cannot be written on: ${cause instanceof Error ? cause.message : cause}. What it holds is not all of the accounts.`,
    ],
    { cause },
  )
}

/** @returns how many there were */
async function writeAccounts(
  write: (text: string) => Promise<void>,
  format: Format,
  store: Store,
  signal: AbortSignal,
): Promise<number> {
  let count = 0
  let lines = format === 'csv' ? [csvHeader] : []
  for await (const record of exportAccounts(store)) {
    if (signal.aborted) {
      throw new StartError([
        `It was interrupted after ${digitsOf(count)} accounts; what has been written is not all of them.`,
      ])
    }
    lines.push(format === 'csv' ? toCsv(record) : JSON.stringify(record))
    count++
    if (lines.length < most) continue
    await write(`${lines.join('\n')}\n`)
    lines = []
  }
  if (lines.length > 0) await write(`${lines.join('\n')}\n`)
  return count
}
