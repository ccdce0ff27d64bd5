import { existsSync } from 'node:fs'
import { chown, link, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import { StartError } from '../../errors/index.ts'
import { sync } from './copy.ts'

/**
 * Locks a SQLite database so that it can be replaced by another one.
 * @param path the path of the database, which need not exist
 * @throws {StartError} when another program has the database open
 */
export async function holdSqlite(path: string) {
  const { database, isDamaged } = await lock(path)
  return {
    /** Whether the database is damaged. It is not locked then, so another program may have it open. */
    isDamaged,

    /**
     * Replaces the database by another one atomically.
     * @param draft the path of the new database, in the same folder
     * @param aside the path to which the previous database is moved
     * @returns whether there was a previous database
     */
    async replace(draft: string, aside: string): Promise<boolean> {
      const folder = dirname(path)
      const { uid, gid } = await stat(existsSync(path) ? path : folder)
      // The file must belong to the service, not to the administrator who restores it.
      if (process.getuid?.() === 0) await chown(draft, uid, gid)
      // If they stayed, SQLite would apply the journals of the previous database to the new one.
      if (database === undefined) {
        for (const suffix of ['-wal', '-shm', '-journal']) await renameIfThere(path + suffix, aside + suffix)
      }
      const isThere = existsSync(path)
      if (isThere) {
        await link(path, aside)
        await rename(draft, path)
      } else {
        // Unlike `rename`, this fails if another program has created the file in the meantime.
        await link(draft, path)
        await rm(draft)
      }
      await sync(folder)
      return isThere
    },

    release: () => {
      database?.close()
    },
  }
}

interface Lock {
  database?: BetterSqlite.Database
  isDamaged: boolean
}

/** Locks a database exclusively; there is no connection when the file is missing or damaged. */
async function lock(path: string): Promise<Lock> {
  if (!existsSync(path)) return { isDamaged: false }
  const { default: BetterSqlite } = await import('better-sqlite3')
  let database
  try {
    database = new BetterSqlite(path, { timeout: 0 })
    // Fails while another connection is open. Only in this mode does SQLite also keep a connection that is opened later
    // from writing to the file after it was renamed.
    database.pragma('journal_mode = DELETE')
    database.exec('begin exclusive')
    if (database.pragma('journal_mode', { simple: true }) !== 'delete') throw inUse(path)
    return { database, isDamaged: false }
  } catch (error) {
    database?.close()
    if (!(error instanceof BetterSqlite.SqliteError)) throw error
    if (/^SQLITE_(NOTADB|CORRUPT)/.test(error.code)) return { isDamaged: true }
    throw error.code.startsWith('SQLITE_BUSY')
      ? inUse(path, error)
      : new StartError([`${path} cannot be replaced: ${error.message}`], { cause: error })
  }
}

function inUse(path: string, cause?: unknown) {
  return new StartError(
    [`${path} is in use by the service or by another program. Stop it, then run this command again.`],
    { cause },
  )
}

async function renameIfThere(from: string, to: string) {
  if (existsSync(from)) await rename(from, to)
}
