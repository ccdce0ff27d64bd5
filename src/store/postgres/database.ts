import { type Compilable, Kysely, PostgresDialect, sql } from 'kysely'
import type pg from 'pg'
import { productionTiming, type Timing } from '../../config/index.ts'
import type { Database } from '../database.ts'
import { migrate } from '../migrations.ts'
import type { Schema } from '../schema.ts'
import { beginStatements } from './begin-statements.ts'
import { schemaDialect } from './dialect.ts'
import { isRetryable, isUnavailable, startErrorOf } from './errors.ts'
import { examineDatabase } from './examine-database.ts'
import { MigrationDialect } from './migration-dialect.ts'
import { openPool } from './pool.ts'

/**
 * Opens and migrates a PostgreSQL database.
 * @param url `postgres://user:password@host:port/database`
 * @param timing how long the database may take, in milliseconds
 * @throws {StartError} when the database cannot be used
 */
export async function openPostgres(url: string, timing: Timing = productionTiming): Promise<Database> {
  const migrated = await migrateAlone(url, timing)
  const pool = await openPool(url, timing)
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  const limits = beginStatements(timing)

  return {
    db,
    migrated,
    runInTransaction: (work) =>
      db.transaction().execute(async (transaction) => {
        if (limits !== '') await sql.raw(limits).execute(transaction)
        return work(transaction)
      }),
    hasSingleWriter: false,
    lock: (rows) => rows.forUpdate(),
    lockName: async (transaction, name) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction)
    },
    prepare: <Row>(query: Compilable<Row>) => {
      const text = query.compile().sql
      // Named statements belong to a session, and a pooler may run each query in another session.
      return async (...values) => (await pool.query<Row & pg.QueryResultRow>({ text, values })).rows[0]
    },
    isUnavailable,
    isRetryable,
    close: () => db.destroy(),
  }
}

/** Migrates within ten minutes, because a migration may be slow or wait for another instance that migrates. */
async function migrateAlone(url: string, timing: Timing): Promise<string[]> {
  const pool = await openPool(url, { ...timing, databaseQueryMs: 600_000 })
  const db = new Kysely<Schema>({ dialect: new MigrationDialect({ pool }) })
  try {
    return await migrate(db, schemaDialect, await examineDatabase(db, url))
  } catch (error) {
    throw startErrorOf(url, error)
  } finally {
    await db.destroy()
  }
}
