import { existsSync } from 'node:fs'
import { chown, link, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { StartError } from '../../errors/index.ts'
import { sync } from './copy.ts'

export type HeldSqlite = Awaited<ReturnType<typeof holdSqlite>>

/**
 * Keeps everybody else from a SQLite database, so that another one can take its place.
 * @throws {StartError} when somebody has it open
 */
export async function holdSqlite(path: string) {
  const { database, isDamaged } = lock(path)
  return {
    /** Nobody could tell whether somebody has it open. */
    isDamaged,

    /**
     * Puts another database in its place, in one step.
     * @param draft of a file beside it. @param aside what the former one is called from now on
     * @returns whether there was a former one
     */
    async replace(draft: string, aside: string): Promise<boolean> {
      const folder = dirname(path)
      const { uid, gid } = await stat(existsSync(path) ? path : folder)
      // Not the administrator's, who restores it, but the service's.
      if (process.getuid?.() === 0) await chown(draft, uid, gid)
      // What belongs to the former one would be taken for the new one's.
      if (database === undefined) {
        for (const suffix of ['-wal', '-shm', '-journal']) await renameIfThere(path + suffix, aside + suffix)
      }
      const isThere = existsSync(path)
      if (isThere) {
        await link(path, aside)
        await rename(draft, path)
      } else {
        // Unlike `rename`, not over one that was made meanwhile.
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

/** The lock of a file that is in nobody's way; none of one that is not there, or cannot be read. */
function lock(path: string): { database?: BetterSqlite.Database; isDamaged: boolean } {
  if (!existsSync(path)) return { isDamaged: false }
  let database
  try {
    database = new BetterSqlite(path, { timeout: 0 })
    // Fails while somebody has it open. Besides, whoever opens it from now on and waits cannot write to it any
    // more once it has another name: SQLite sees to that in this mode alone.
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
  return new StartError([`${path} is in use: by the service, or by another program. Stop it, and run this again.`], {
    cause,
  })
}

async function renameIfThere(from: string, to: string) {
  if (existsSync(from)) await rename(from, to)
}
