import { Kysely, PostgresDialect, sql } from 'kysely'
import { commandTiming } from '../../config/index.ts'
import type { Reader } from '../database.ts'
import { type Inspection, startInspection } from '../inspection.ts'
import { migrationStatusOf } from '../migrations.ts'
import type { Schema } from '../schema.ts'
import { startErrorOf } from './errors.ts'
import { examineDatabase } from './examine-database.ts'
import { openPool } from './pool.ts'

/**
 * Opens a PostgreSQL database read-only.
 * @param url the URL of the database
 * @throws {StartError} when the database cannot be read
 */
export async function inspectPostgres(url: string): Promise<Inspection> {
  const { reads } = await openPool(url, commandTiming)
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: reads }) })
  // Each transaction is read-only, not the session, because a connection pooler may hand the session to another client.
  const read: Inspection['read'] = (work) => db.transaction().setAccessMode('read only').execute(work)
  try {
    return await startInspection(db, {
      readMigrations: () => read(async (db) => migrationStatusOf(db, await examineDatabase(db, url))),
      read,
      time: () => read(readTime),
      maxConnections: () => read(readMaxConnections),
      migrationFault: () => read((db) => findMigrationFault(db, url)),
    })
  } catch (error) {
    throw startErrorOf(url, error)
  }
}

/** @returns the message with which the service would not start */
async function findMigrationFault(db: Reader, url: string): Promise<string | undefined> {
  const { rows } = await sql<{ schema: string; mayCreate: boolean }>`
    select current_schema() as schema, has_schema_privilege(current_schema(), 'CREATE') as "mayCreate"`.execute(db)
  const [{ schema, mayCreate } = { schema: '', mayCreate: true }] = rows
  return mayCreate ? undefined : startErrorOf(url, new Error(`permission denied for schema ${schema}`)).message
}

async function readTime(db: Reader) {
  const { rows } = await sql<{
    now: number
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db)
  return rows[0]?.now
}

/** Reads the lowest of the limits of the server, the database and the role. A limit of -1 means none. */
async function readMaxConnections(db: Reader) {
  const { rows } = await sql<{ max: number }>`select least(
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0),
      (select nullif(datconnlimit, -1) from pg_database where datname = current_database()),
      (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user)
    ) as max`.execute(db)
  return rows[0]?.max
}
