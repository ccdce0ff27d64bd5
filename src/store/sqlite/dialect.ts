import type BetterSqlite from 'better-sqlite3'
import { CompiledQuery, type DatabaseConnection, sql, type SqliteDatabase, SqliteDialect, SqliteDriver } from 'kysely'
import type { SchemaDialect } from '../migrations.ts'

/** The parts of the schema that are specific to SQLite. */
export const schemaDialect: SchemaDialect = {
  text: sql`text`,
  integer: sql`integer`,
  appendOnly: (table) => [
    sql`create trigger ${sql.ref(`${table}_append_only`)} before update on ${sql.table(table)}
      begin select raise(abort, 'rows of this table are never changed'); end`,
  ],
  changeable: (table) => [sql`drop trigger ${sql.ref(`${table}_append_only`)}`],
}

/** Begins with a write lock: a deferred transaction that reads, then writes after another commit, fails at once. */
class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: BetterSqlite.Database

  constructor(database: BetterSqlite.Database) {
    super({ database: cacheStatements(database) })
    this.#database = database
  }

  override async beginTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  // After some errors, such as a full disk, SQLite has rolled back by itself.
  override async rollbackTransaction(connection: DatabaseConnection) {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}

/** There are fewer statements than this, but for lists of differing length. */
const maxCachedStatements = 500

/** Caches prepared statements. Kysely prepares one at each use, which takes longer than running most of them. */
function cacheStatements(database: BetterSqlite.Database): SqliteDatabase {
  const statements = new Map<string, BetterSqlite.Statement>()
  return {
    prepare(text) {
      // It is not in use: only one query at a time has the connection of Kysely.
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
