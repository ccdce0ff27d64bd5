import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync } from 'node:fs'
import { link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { StartError } from '../../errors/index.ts'
import { lookAt } from '../inspect.ts'
import { migrationNames, refuseNewerDatabase } from '../migrations.ts'

/** How far it is, in bytes. */
export interface Copied {
  read: number
  size: number
}

interface Copying {
  from: string
  /** A file that there is not yet. */
  to: string
  onProgress?: (copied: Copied) => void
  /** What ends it early. */
  signal?: AbortSignal
}

/** Between two looks at the signal: some milliseconds. */
const pagesAtOnce = 1000

/**
 * Copies a SQLite database as it is at this moment, whoever writes to it meanwhile, into a single
 * file for its owner alone, which is then looked through. What fails leaves nothing behind.
 * @throws {StartError} when what is there is damaged, not of Latchkey, or of a newer one
 */
export async function copySqlite({ from, to, onProgress = () => {}, signal }: Copying): Promise<void> {
  makeEmpty(from, to)
  try {
    // Where nobody else has it open, one that only reads would leave files of its own behind (-wal, -shm).
    const source = new BetterSqlite(from, { readonly: existsSync(`${from}-wal`), fileMustExist: true })
    try {
      const pageSize = Number(source.pragma('page_size', { simple: true }))
      // All of it is read in one transaction: else it would begin again whenever somebody writes.
      source.exec('begin; select count(*) from sqlite_master')
      await source.backup(to, {
        progress: ({ totalPages, remainingPages }) => {
          demandPatience(signal)
          onProgress({ read: (totalPages - remainingPages) * pageSize, size: totalPages * pageSize })
          return pagesAtOnce
        },
      })
    } finally {
      source.close()
    }
    await checkSqlite(to, from)
    demandPatience(signal)
    await sync(to)
  } catch (error) {
    await removeSqlite(to)
    throw explained(from, to, error)
  }
}

/** Or the copy would be as readable as other files are. */
function makeEmpty(from: string, to: string) {
  try {
    closeSync(openSync(to, 'wx', 0o600))
  } catch (error) {
    throw explained(from, to, error)
  }
}

/** Makes a copy under another name first: whoever finds `to` finds all of it. @throws {StartError} when there is a file already */
export async function backUpSqlite({ to, ...copying }: Copying): Promise<void> {
  const draft = draftBeside(to)
  try {
    await copySqlite({ to: draft, ...copying })
    await link(draft, to)
  } catch (error) {
    throw explained(copying.from, to, error)
  } finally {
    await rm(draft, { force: true })
  }
  await sync(dirname(to))
}

/** A name that nobody else has. */
export function draftBeside(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.draft`
}

/** A database, and what SQLite may have put beside it. */
export async function removeSqlite(path: string) {
  for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(path + suffix, { force: true })
}

/** Makes what has been written to a file, or the names in a folder, durable. */
export async function sync(path: string) {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** @param name what it is called in what is said about it */
async function checkSqlite(path: string, name: string) {
  const copy = new BetterSqlite(path)
  try {
    // One file, which can be read from where nothing can be written.
    copy.pragma('journal_mode = DELETE')
    copy.pragma('synchronous = FULL')
    if (copy.pragma('integrity_check(1)', { simple: true }) !== 'ok') throw damaged(name)
    if (copy.prepare('pragma foreign_key_check').get() !== undefined) throw damaged(name)
  } finally {
    copy.close()
  }
  const { migrationStatus, close } = await lookAt(`file:${path}`)
  await close()
  if (migrationStatus.unknown.length === 0 && migrationStatus.pending.length === migrationNames.length) {
    throw new StartError([`${name} is a SQLite database, and not one of Latchkey.`])
  }
  refuseNewerDatabase(migrationStatus)
}

function damaged(name: string, cause?: unknown) {
  return new StartError([`${name} is damaged.`], { cause })
}

function demandPatience(signal: AbortSignal | undefined) {
  if (signal?.aborted === true) throw new StartError(['It was interrupted.'])
}

function explained(from: string, to: string, error: unknown) {
  if (error instanceof StartError || !(error instanceof Error && 'code' in error && typeof error.code === 'string')) {
    return error
  }
  const { code, message } = error
  if (code === 'SQLITE_NOTADB') return new StartError([`${from} is not a SQLite database.`], { cause: error })
  if (code.startsWith('SQLITE_CORRUPT')) return damaged(from, error)
  if (code === 'EEXIST') return new StartError([`${to} is there already, and is not written over.`], { cause: error })
  if (code === 'ENOENT') return new StartError([`There is no folder ${dirname(to)}.`], { cause: error })
  if (code === 'SQLITE_CANTOPEN') return new StartError([`${from} cannot be read.`], { cause: error })
  return new StartError([`${from} cannot be copied to ${to}: ${message}`], { cause: error })
}
