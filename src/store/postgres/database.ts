import { type Compilable, Kysely, sql } from 'kysely'
import pg from 'pg'
import { productionTiming, type Timing } from '../../config/index.ts'
import type { Database } from '../database.ts'
import { migrate } from '../migrations.ts'
import type { Schema } from '../schema.ts'
import { connectionTo } from './connection.ts'
import { schemaDialect } from './dialect.ts'
import { PipeliningDialect } from './driver.ts'
import { isRetryable, isUnavailable, startErrorOf } from './errors.ts'
import { examineDatabase } from './examine-database.ts'
import { MigrationDialect } from './migration-dialect.ts'

/**
 * Opens and migrates a PostgreSQL database.
 * @param url `postgres://user:password@host:port/database`
 * @param timing how long the database may take, in milliseconds
 * @throws {StartError} when the database cannot be used
 */
export async function openPostgres(url: string, timing: Timing = productionTiming): Promise<Database> {
  const migrated = await migrateAlone(url, timing)
  const pool = await openPool(url, timing)
  const db = new Kysely<Schema>({ dialect: new PipeliningDialect({ pool, begin: 'begin' }) })

  return {
    db,
    migrated,
    runInTransaction: (work) => db.transaction().execute(work),
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

/**
 * Creates a pool, which opens its connections when they are first needed.
 * @param url the URL of the database
 * @param timing how long a connection and a query may take, in milliseconds
 * @throws {StartError} when the URL is invalid or a file that it names cannot be read
 */
export async function openPool(url: string, timing: Timing = productionTiming): Promise<pg.Pool> {
  // Reads BIGINT as a number, in this pool only. The stored times are far below 2^53.
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, Number)

  const pool = new pg.Pool({
    ...(await connectionTo(url).catch((error) => {
      throw startErrorOf(url, error)
    })),
    max: 10,
    connectionTimeoutMillis: timing.databaseConnectionMs,
    query_timeout: timing.databaseQueryMs,
    pipeline: true,
    types,
  })
  // A broken idle connection is replaced at the next use. Without a listener, the error would end the process.
  pool.on('error', () => {})
  // Kysely does not listen for errors of the connection in use.
  pool.on('connect', (client) => {
    client.on('error', () => {})
  })
  // A query that timed out still occupies its connection, so the next query would have to wait for it.
  pool.on('release', (_error, client) => {
    if ('readyForQuery' in client && client.readyForQuery !== true) client.end().catch(() => {})
  })
  return pool
}
