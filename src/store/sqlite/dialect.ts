import type BetterSqlite from 'better-sqlite3'
import { CompiledQuery, type DatabaseConnection, sql, type SqliteDatabase, SqliteDialect, SqliteDriver } from 'kysely'
import type { SchemaDialect } from '../migrations.ts'
import { indexUserText } from './user-search.ts'

/** The parts of the schema that are specific to SQLite. */
export const schemaDialect: SchemaDialect = {
  text: sql`text`,
  integer: sql`integer`,
  appendOnly: (table) => [
    sql`create trigger ${sql.ref(`${table}_append_only`)} before update on ${sql.table(table)}
      begin select raise(abort, 'rows of this table are never changed'); end`,
  ],
  changeable: (table) => [sql`drop trigger ${sql.ref(`${table}_append_only`)}`],
  indexUserText,
}

/**
 * Begins transactions with the write lock. A deferred transaction that reads first would fail at its first write if
 * another connection has committed meanwhile.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: BetterSqlite.Database

  constructor(database: BetterSqlite.Database) {
    super({ database: cacheStatements(database) })
    this.#database = database
  }

  override async beginTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  // After some errors, such as a full disk, SQLite has already rolled back.
  override async rollbackTransaction(connection: DatabaseConnection) {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}

/** Only statements with lists of varying length can reach this number. */
const maxCachedStatements = 500

/** Caches prepared statements. Kysely prepares a statement for each use, which usually takes longer than running it. */
function cacheStatements(database: BetterSqlite.Database): SqliteDatabase {
  const statements = new Map<string, BetterSqlite.Statement>()
  return {
    prepare(text) {
      // The cached statement is not in use, because Kysely runs one query at a time on its connection.
      const cached = statements.get(text)
      if (cached !== undefined) return cached
      if (statements.size >= maxCachedStatements) statements.clear()
      const statement = database.prepare(text)
      statements.set(text, statement)
      return statement
    },
    close: () => {
      database.close()
    },
  }
}

/** Kysely's dialect for SQLite, with immediate transactions and cached statements. */
export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: BetterSqlite.Database

  constructor(database: BetterSqlite.Database) {
    super({ database })
    this.#database = database
  }

  override createDriver() {
    return new ImmediateSqliteDriver(this.#database)
  }
}
