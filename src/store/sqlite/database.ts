import { access, chmod, constants, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import BetterSqlite from 'better-sqlite3'
import { type Compilable, Kysely, sql } from 'kysely'
import { StartError } from '../../errors/index.ts'
import type { Database } from '../database.ts'
import { migrate } from '../migrations.ts'
import type { Schema } from '../schema.ts'
import { ImmediateSqliteDialect, schemaDialect } from './dialect.ts'
import { hasCode, isBusy, isUnavailable, startErrorOf } from './errors.ts'
import { createGroupCommit } from './group-commit.ts'

/**
 * Opens two connections: Kysely's, which alone writes, and a read-only one for prepared reads,
 * which would otherwise see what an open transaction may yet roll back.
 * @param url `file:PATH`, or `:memory:` for a private file that is gone at the end
 */
export async function openSqlite(url: string): Promise<Database> {
  const scratch = url === ':memory:' ? await createScratchFolder() : undefined
  const path = scratch === undefined ? url.slice('file:'.length) : join(scratch, 'latchkey.db')

  try {
    const writer = await openWriter(path, scratch === undefined)
    const db = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(writer) })
    const migrated = await migrateAlone(db)
    const reader = new BetterSqlite(path, { readonly: true, timeout: 20 })

    return {
      db,
      migrated,
      runInTransaction: createGroupCommit(db),
      hasSingleWriter: true,
      lock: (rows) => rows,
      lockName: async () => {},
      prepare: <Row>(query: Compilable<Row>) => {
        const statement = reader.prepare<unknown[], Row>(query.compile().sql)
        return (...parameters) => statement.get(parameters)
      },
      isUnavailable,
      isRetryable: isBusy,
      async close() {
        reader.close()
        await db.destroy()
        if (scratch !== undefined) await rm(scratch, { recursive: true, force: true })
      },
    }
  } catch (error) {
    throw startErrorOf(path, error) ?? error
  }
}

async function createScratchFolder() {
  return mkdtemp(join(tmpdir(), 'latchkey-')).catch((cause) => {
    throw new StartError(
      [`The folder for temporary files, ${tmpdir()}, cannot be written: ${cause.message}. Set TMPDIR to one that can.`],
      { cause },
    )
  })
}

/** Files on a volume of another owner, or one without modes, are used as they are. `latchkey doctor` reports modes. */
async function makePrivate(path: string) {
  try {
    await chmod(path, 0o600)
  } catch (error) {
    if (!hasCode(error, /^(EPERM|EACCES|EROFS|ENOTSUP|EOPNOTSUPP|ENOSYS|EINVAL)$/)) throw error
  }
}

/** @param isKept whether commits must outlast a power failure */
async function openWriter(path: string, isKept: boolean) {
  // Never waits: a busy wait would hold up the event loop. Callers retry when the database is locked.
  const database = new BetterSqlite(path, { timeout: 0 })
  await makePrivate(path)
  // SQLite would open it read-only and fail at the first write.
  await access(path, constants.W_OK)
  await whileBusy(() => database.pragma('journal_mode = WAL'))
  database.pragma(`synchronous = ${isKept ? 'FULL' : 'OFF'}`)
  database.pragma('foreign_keys = ON')
  database.pragma('wal_autocheckpoint = 4000')
  database.pragma('cache_size = -16000')
  return database
}

/** SQLite's schema is transactional, but Kysely's migrator does not lock it. */
function migrateAlone(db: Kysely<Schema>): Promise<string[]> {
  return db.connection().execute(async (connection) => {
    await whileBusy(() => sql`begin immediate`.execute(connection))
    try {
      const migrated = await migrate(connection, schemaDialect)
      await sql`commit`.execute(connection)
      return migrated
    } catch (error) {
      await sql`rollback`.execute(connection)
      throw error
    }
  })
}

/** At the start another program may be migrating: waits for up to ten seconds. */
async function whileBusy<T>(work: () => T | Promise<T>): Promise<T> {
  for (let attemptsLeft = 200; ; attemptsLeft--) {
    try {
      return await work()
    } catch (error) {
      if (attemptsLeft === 0 || !isBusy(error)) throw error
      await setTimeout(50)
    }
  }
}
