import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync } from 'node:fs'
import { link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StartError } from '../../errors/index.ts'
import { errorCodeOf } from '../../lib/error-code.ts'
import { inspectDatabase } from '../inspect.ts'
import { migrationNames, refuseNewerDatabase } from '../migrations.ts'

/** The progress of copying, in bytes. */
interface CopyProgress {
  read: number
  size: number
}

interface CopyOptions {
  from: string
  /** A file that does not exist yet. */
  to: string
  onProgress?: (progress: CopyProgress) => void
  /** Ends the copying early. */
  signal?: AbortSignal
}

/** The pages that are copied between two checks of the signal, which takes a few milliseconds. */
const pagesPerStep = 1000

/**
 * Copies the current state of a SQLite database, even if other connections write to it, and checks the copy. The
 * copy is a single file that only its owner can read. If copying fails, no file is left behind.
 * @throws {StartError} when the database is damaged, is not a Latchkey database, or is from a newer version
 */
export async function copySqlite({ from, to, onProgress = () => {}, signal }: CopyOptions): Promise<void> {
  createEmpty(from, to)
  const { default: BetterSqlite } = await import('better-sqlite3')
  try {
    // If no other program has the database open, a read-only connection would leave files behind (-wal, -shm).
    const source = new BetterSqlite(from, { readonly: existsSync(`${from}-wal`), fileMustExist: true })
    try {
      const pageSize = Number(source.pragma('page_size', { simple: true }))
      // All pages are read in one transaction. Otherwise every write would restart the backup.
      source.exec('begin; select count(*) from sqlite_master')
      await source.backup(to, {
        progress: ({ totalPages, remainingPages }) => {
          demandNotAborted(signal)
          onProgress({ read: (totalPages - remainingPages) * pageSize, size: totalPages * pageSize })
          return pagesPerStep
        },
      })
    } finally {
      source.close()
    }
    await checkSqlite(to, from)
    demandNotAborted(signal)
    await sync(to)
  } catch (error) {
    await removeSqlite(to)
    throw toStartError(from, to, error)
  }
}

/** Creates the file with private permissions. SQLite would let other users read it. */
function createEmpty(from: string, to: string) {
  try {
    closeSync(openSync(to, 'wx', 0o600))
  } catch (error) {
    throw toStartError(from, to, error)
  }
}

/**
 * Copies a database under a temporary name first, so that `to` is never incomplete.
 * @throws {StartError} when `to` already exists
 */
export async function backUpSqlite({ to, ...copying }: CopyOptions): Promise<void> {
  const draft = draftBeside(to)
  try {
    await copySqlite({ to: draft, ...copying })
    await link(draft, to)
  } catch (error) {
    throw toStartError(copying.from, to, error)
  } finally {
    await rm(draft, { force: true })
  }
  await sync(dirname(to))
}

/** A unique temporary name in the same folder. */
export function draftBeside(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.draft`
}

/** Removes a database and the files that SQLite may have left beside it. */
export async function removeSqlite(path: string) {
  for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(path + suffix, { force: true })
}

/** Makes the content of a file, or the names in a folder, durable. */
export async function sync(path: string) {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Checks that a database is intact and Latchkey's, and makes it a single file.
 * @param path the path of the database
 * @param name how error messages name the database
 */
async function checkSqlite(path: string, name: string) {
  const { default: BetterSqlite } = await import('better-sqlite3')
  const copy = new BetterSqlite(path)
  try {
    // Without a WAL, the database is a single file that can be read even in a read-only folder.
    copy.pragma('journal_mode = DELETE')
    copy.pragma('synchronous = FULL')
    if (copy.pragma('integrity_check(1)', { simple: true }) !== 'ok') throw damaged(name)
    if (copy.prepare('pragma foreign_key_check').get() !== undefined) throw damaged(name)
  } finally {
    copy.close()
  }
  const { migrations, close } = await inspectDatabase(`file:${path}`)
  await close()
  if (migrations.unknown.length === 0 && migrations.pending.length === migrationNames.length) {
    throw new StartError([`${name} is not a Latchkey database.`])
  }
  refuseNewerDatabase(migrations)
}

function damaged(name: string, cause?: unknown) {
  return new StartError([`${name} is damaged.`], { cause })
}

function demandNotAborted(signal: AbortSignal | undefined) {
  if (signal?.aborted === true) throw new StartError(['The command was interrupted.'])
}

function toStartError(from: string, to: string, error: unknown) {
  const code = errorCodeOf(error)
  if (!(error instanceof Error) || error instanceof StartError || code === undefined) return error
  if (code === 'SQLITE_NOTADB') return new StartError([`${from} is not a SQLite database.`], { cause: error })
  if (code.startsWith('SQLITE_CORRUPT')) return damaged(from, error)
  if (code === 'EEXIST') return new StartError([`${to} already exists. Choose another name.`], { cause: error })
  if (code === 'ENOENT') return new StartError([`The folder ${dirname(to)} does not exist.`], { cause: error })
  if (code === 'SQLITE_CANTOPEN') return new StartError([`${from} cannot be read.`], { cause: error })
  return new StartError([`${from} cannot be copied to ${to}: ${error.message}`], { cause: error })
}
