import { type Compilable, Kysely, PostgresDialect, sql } from 'kysely'
import type pg from 'pg'
import { productionTiming, type Timing } from '../../config/index.ts'
import type { Database, PoolOptions } from '../database.ts'
import { migrate } from '../migrations.ts'
import { logOption, observe, type OnStatement } from '../observe-statements.ts'
import type { Schema } from '../schema.ts'
import { beginStatements } from './begin-statements.ts'
import { schemaDialect } from './dialect.ts'
import { PipeliningDialect } from './driver.ts'
import { isRetryable, isUnavailable, startErrorOf } from './errors.ts'
import { examineDatabase } from './examine-database.ts'
import { MigrationDialect } from './migration-dialect.ts'
import { type Connections, openPool } from './pool.ts'
import { rowParameters } from './row-parameters.ts'
import { userSearch } from './user-search.ts'

/**
 * Opens and migrates a PostgreSQL database.
 * @param url `postgres://user:password@host:port/database`
 * @param timing how long the database may take, in milliseconds
 * @param options of the pool of connections
 * @param onStatement called after each statement
 * @throws {StartError} when the database cannot be used
 */
export async function openPostgres(
  url: string,
  timing: Timing = productionTiming,
  options: PoolOptions = {},
  onStatement?: OnStatement,
): Promise<Database> {
  const migrated = await migrateAlone(url, timing)
  const { reads, transactions, completions, countConnections } = await openPool(url, timing, options)
  const begin = beginStatements(timing)
  const openOver = (pool: Connections) =>
    new Kysely<Schema>({ dialect: new PipeliningDialect({ pool, begin, onStatement }) })
  const db = openOver(transactions)
  const completing = openOver(completions)
  const reader = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: reads }), ...logOption(onStatement) })

  return {
    db,
    reader,
    migrated,
    runInTransaction: (work, isCompletion) => (isCompletion ? completing : db).transaction().execute(work),
    hasSingleWriter: false,
    userSearch,
    rowParameters,
    lock: (rows) => rows.forUpdate(),
    lockName: async (transaction, name) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction)
    },
    prepare: <Row>(query: Compilable<Row>) => {
      const text = query.compile().sql
      // Named statements belong to a session, and a pooler may run each query in another session.
      async function read(...values: unknown[]) {
        const client = await reads.connect()
        try {
          // The wait for a connection is not part of the statement.
          const { rows } = await observe(onStatement, text, () =>
            client.query<Row & pg.QueryResultRow>({ text, values }),
          )
          return rows[0]
        } finally {
          client.release()
        }
      }
      return read
    },
    countConnections,
    estimateRows: async (table) => {
      const { rows } = await sql<{ estimate: number }>`
        select reltuples::bigint as estimate from pg_class where oid = to_regclass(${table})`.execute(reader)
      // Minus one until the first vacuum or analyze.
      return rows.map(({ estimate }) => estimate).find((estimate) => estimate >= 0)
    },
    isUnavailable,
    isRetryable,
    // Kysely would not close a pool that it has not used.
    close: () => transactions.end(),
  }
}

/** Migrates within ten minutes, because a migration may be slow or wait for another instance that migrates. */
async function migrateAlone(url: string, timing: Timing): Promise<string[]> {
  const { transactions } = await openPool(url, { ...timing, databaseQueryMs: 600_000 }, { poolSize: 2 })
  const db = new Kysely<Schema>({ dialect: new MigrationDialect({ pool: transactions }) })
  try {
    return await migrate(db, schemaDialect, await examineDatabase(db, url))
  } catch (error) {
    throw startErrorOf(url, error)
  } finally {
    await db.destroy()
  }
}
