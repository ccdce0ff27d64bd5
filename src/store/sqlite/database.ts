import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import BetterSqlite from 'better-sqlite3'
import {
  type Compilable,
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  sql,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
} from 'kysely'
import { StartError } from '../../errors/index.ts'
import { migrate, type SchemaDialect } from '../migrations.ts'
import type { Schema } from '../schema.ts'
import type { Database } from '../store.ts'
import { createGroupCommit } from './group-commit.ts'

export const schemaDialect: SchemaDialect = {
  text: sql`text`,
  integer: sql`integer`,
  appendOnly: (table) => [
    sql`create trigger ${sql.ref(`${table}_append_only`)} before update on ${sql.table(table)} begin select raise(abort, 'rows of this table are never changed'); end`,
  ],
  changeable: (table) => [sql`drop trigger ${sql.ref(`${table}_append_only`)}`],
}

/**
 * Opens two connections: Kysely's, which alone writes, and a read-only one for prepared reads,
 * which would otherwise see what an open transaction may yet roll back.
 * @param url `file:PATH`, or `:memory:` for a private file that is gone at the end
 */
export async function openSqlite(url: string): Promise<Database> {
  const scratch = url === ':memory:' ? await mkdtemp(join(tmpdir(), 'latchkey-')) : undefined
  const path = scratch === undefined ? url.slice('file:'.length) : join(scratch, 'latchkey.db')

  try {
    const writer = await openWriter(path)
    const db = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(writer) })
    const migrated = await migrateAlone(db)
    const reader = new BetterSqlite(path, { readonly: true, timeout: 20 })

    return {
      db,
      migrated,
      transact: createGroupCommit(db),
      hasOneWriter: true,
      lock: (rows) => rows,
      lockName: async () => {},
      prepare: <Row>(query: Compilable<Row>) => {
        const statement = reader.prepare<unknown[], Row>(query.compile().sql)
        return (...parameters) => statement.get(parameters)
      },
      isUnavailable: (error) => hasCode(error, /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN)/),
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

/** @returns undefined for what is nobody's fault but ours */
export function startErrorOf(path: string, cause: unknown): StartError | undefined {
  if (hasCode(cause, /^SQLITE_(NOTADB|CORRUPT)/)) {
    return new StartError([`${path} is damaged or not a SQLite database. Restore a backup: latchkey restore FILE`], {
      cause,
    })
  }
  if (isBusy(cause)) {
    return new StartError(
      [`The database ${path} is locked by another program. Wait until that has finished, or stop it.`],
      { cause },
    )
  }
  if (
    hasCode(cause, /^SQLITE_(CANTOPEN|READONLY)/) ||
    (cause instanceof TypeError && /directory/.test(cause.message))
  ) {
    return new StartError(
      [`The database ${path} cannot be opened for writing. Check that its folder exists and belongs to you.`],
      { cause },
    )
  }
  return undefined
}

async function openWriter(path: string) {
  // Never waits: a busy wait would hold up the event loop. Who finds it locked comes again.
  const database = new BetterSqlite(path, { timeout: 0 })
  await chmod(path, 0o600)
  await whileBusy(() => database.pragma('journal_mode = WAL'))
  database.pragma('synchronous = FULL')
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

/** At start another program may be migrating: up to ten seconds. */
async function whileBusy<T>(work: () => T | Promise<T>): Promise<T> {
  for (let tries = 200; ; tries--) {
    try {
      return await work()
    } catch (error) {
      if (tries === 0 || !isBusy(error)) throw error
      await setTimeout(50)
    }
  }
}

function isBusy(error: unknown) {
  return hasCode(error, /^SQLITE_BUSY/)
}

function hasCode(error: unknown, pattern: RegExp) {
  return error instanceof BetterSqlite.SqliteError && pattern.test(error.code)
}

/** A deferred transaction that reads, then writes after somebody else's commit, fails at once. */
class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: BetterSqlite.Database

  constructor(database: BetterSqlite.Database) {
    super({ database: keepStatements(database) })
    this.#database = database
  }

  override async beginTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  // After some errors, a full disk for one, SQLite has rolled back by itself.
  override async rollbackTransaction(connection: DatabaseConnection) {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}

/** So many statements are kept; there are fewer, but for lists of differing length. */
const mostStatements = 500

/** Kysely has each statement prepared at each use, which takes longer than most of them do. */
function keepStatements(database: BetterSqlite.Database): SqliteDatabase {
  const statements = new Map<string, BetterSqlite.Statement>()
  return {
    prepare(text) {
      // Nobody else can be at it: one query at a time has Kysely's connection.
      const kept = statements.get(text)
      if (kept !== undefined) return kept
      if (statements.size >= mostStatements) statements.clear()
      const statement = database.prepare(text)
      statements.set(text, statement)
      return statement
    },
    close: () => {
      database.close()
    },
  }
}

class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: BetterSqlite.Database

  constructor(database: BetterSqlite.Database) {
    super({ database })
    this.#database = database
  }

  override createDriver() {
    return new ImmediateSqliteDriver(this.#database)
  }
}
