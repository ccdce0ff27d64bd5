import { access, chmod, constants, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import BetterSqlite from 'better-sqlite3'
import { Kysely, sql } from 'kysely'
import { StartError } from '../../errors/index.ts'
import type { Database } from '../database.ts'
import { migrate } from '../migrations.ts'
import { logOption, type OnStatement } from '../observe-statements.ts'
import type { Schema } from '../schema.ts'
import { ImmediateSqliteDialect, schemaDialect } from './dialect.ts'
import { damaged, hasCode, isBusy, isUnavailable, startErrorOf } from './errors.ts'
import { createGroupCommit } from './group-commit.ts'
import { rowParameters } from './row-parameters.ts'
import { createSharedReads } from './shared-reads.ts'
import { userSearch } from './user-search.ts'

/**
 * Opens and migrates a SQLite database. There are two connections. All writes use Kysely's connection. Prepared reads
 * use a read-only one, because on Kysely's they would see the uncommitted changes of an open transaction.
 * @param url `file:PATH`, or `:memory:` for a private file that is deleted when the database is closed
 * @param onStatement called after each statement
 * @throws {StartError} when the database cannot be used
 */
export async function openSqlite(url: string, onStatement?: OnStatement): Promise<Database> {
  const scratch = url === ':memory:' ? await createScratchFolder() : undefined
  const path = scratch === undefined ? url.slice('file:'.length) : join(scratch, 'latchkey.db')
  const connections: BetterSqlite.Database[] = []

  function connect(options: BetterSqlite.Options) {
    const connection = new BetterSqlite(path, options)
    connections.push(connection)
    return connection
  }

  async function removeScratch() {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true })
  }

  try {
    // SQLite must not wait for locks, because that would block the event loop. Callers retry instead.
    const writer = connect({ timeout: 0 })
    await prepareWriter(writer, scratch === undefined)
    await whileBusy(() => demandIntact(writer, path))
    const db = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(writer), ...logOption(onStatement) })
    const migrated = await migrateAlone(db, writer)
    const reader = connect({ readonly: true, timeout: 20 })

    return {
      db,
      reader: db,
      migrated,
      runInTransaction: createGroupCommit(db),
      hasSingleWriter: true,
      userSearch,
      rowParameters,
      lock: (rows) => rows,
      lockName: async () => {},
      prepare: createSharedReads(reader, onStatement),
      countConnections: undefined,
      estimateRows: async (table) => {
        const { rows } = await sql<{ count: number }>`
          select count(*) as count from (select 1 from ${sql.table(table)} limit ${maxCountedRows})`.execute(db)
        return rows[0]?.count
      },
      isUnavailable,
      isRetryable: isBusy,
      async close() {
        reader.close()
        await db.destroy()
        await removeScratch()
      },
    }
  } catch (error) {
    for (const connection of connections) connection.close()
    await removeScratch()
    throw startErrorOf(path, error) ?? error
  }
}

/** Counting blocks the event loop. This many rows take a few milliseconds. */
const maxCountedRows = 100_000

async function createScratchFolder() {
  return mkdtemp(join(tmpdir(), 'latchkey-')).catch((cause) => {
    throw new StartError(
      [`The folder for temporary files, ${tmpdir()}, is not writable: ${cause.message}. Set TMPDIR to one that is.`],
      { cause },
    )
  })
}

/**
 * Makes a file readable by its owner only. This is not possible on volumes of another owner or without permissions.
 * `latchkey doctor` warns of files that others can read.
 */
async function makePrivate(path: string) {
  try {
    await chmod(path, 0o600)
  } catch (error) {
    if (!hasCode(error, /^(EPERM|EACCES|EROFS|ENOTSUP|EOPNOTSUPP|ENOSYS|EINVAL)$/)) throw error
  }
}

/**
 * Prepares the connection for writes.
 * @param database the connection
 * @param isDurable whether commits must survive a power failure
 */
async function prepareWriter(database: BetterSqlite.Database, isDurable: boolean) {
  await makePrivate(database.name)
  // SQLite would open a read-only file and fail at the first write.
  await access(database.name, constants.W_OK)
  await whileBusy(() => database.pragma('journal_mode = WAL'))
  database.pragma(`synchronous = ${isDurable ? 'FULL' : 'OFF'}`)
  database.pragma('foreign_keys = ON')
  database.pragma('wal_autocheckpoint = 4000')
  database.pragma('cache_size = -16000')
}

/** Checking a larger file, at about a gigabyte per second, would delay the start noticeably. */
const maxCheckedBytes = 512 * 1024 ** 2

/** @throws {StartError} when a page of the database is damaged, which would otherwise fail some requests later */
async function demandIntact(database: BetterSqlite.Database, path: string) {
  if ((await stat(path)).size > maxCheckedBytes) return
  if (database.pragma('quick_check(1)', { simple: true }) !== 'ok') throw damaged(path)
}

/**
 * Migrates in an immediate transaction, because Kysely's migrator does not lock SQLite databases.
 * @param db the database
 * @param writer its connection
 */
function migrateAlone(db: Kysely<Schema>, writer: BetterSqlite.Database): Promise<string[]> {
  return db.connection().execute(async (connection) => {
    await whileBusy(() => sql`begin immediate`.execute(connection))
    try {
      const migrated = await migrate(connection, schemaDialect)
      await sql`commit`.execute(connection)
      return migrated
    } catch (error) {
      // After some errors, such as a full disk, SQLite has already rolled back.
      if (writer.inTransaction) await sql`rollback`.execute(connection)
      throw error
    }
  })
}

/** Repeats `work` for up to ten seconds while the database is locked, for example by another program that migrates. */
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
