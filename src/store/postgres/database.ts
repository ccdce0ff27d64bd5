import { readFile } from 'node:fs/promises'
import { type Compilable, Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { StartError } from '../../errors/index.ts'
import { migrate, type SchemaDialect } from '../migrations.ts'
import type { Schema } from '../schema.ts'
import type { Database } from '../store.ts'

export const schemaDialect: SchemaDialect = {
  text: sql`text collate "C"`,
  integer: sql`bigint`,
  appendOnly: (table) => [
    sql`create function ${sql.ref(`${table}_append_only`)}() returns trigger language plpgsql as $$ begin raise exception 'rows of this table are never changed'; end $$`,
    sql`create trigger ${sql.ref(`${table}_append_only`)} before update on ${sql.table(table)} for each row execute function ${sql.ref(`${table}_append_only`)}()`,
  ],
  changeable: (table) => [
    sql`drop trigger ${sql.ref(`${table}_append_only`)} on ${sql.table(table)}`,
    sql`drop function ${sql.ref(`${table}_append_only`)}()`,
  ],
}

/** @param url `postgres://user:password@host:port/database` */
export async function openPostgres(url: string): Promise<Database> {
  const migrated = await migrateAlone(url)
  const pool = await openPool(url)
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })

  let statements = 0
  return {
    db,
    migrated,
    transact: (work) => db.transaction().execute(work),
    hasOneWriter: false,
    lock: (rows) => rows.forUpdate(),
    lockName: async (transaction, name) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction)
    },
    prepare: <Row>(query: Compilable<Row>) => {
      const text = query.compile().sql
      const name = `latchkey_${++statements}`
      return async (...values) => (await pool.query<Row & pg.QueryResultRow>({ name, text, values })).rows[0]
    },
    isUnavailable,
    isRetryable,
    close: () => db.destroy(),
  }
}

/** It may take its time, or wait for another program that does the same: ten minutes. */
async function migrateAlone(url: string): Promise<string[]> {
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: await openPool(url, 600_000) }) })
  try {
    return await migrate(db, schemaDialect)
  } catch (error) {
    throw error instanceof StartError ? error : startErrorOf(url, error)
  } finally {
    await db.destroy()
  }
}

/**
 * Connections that are made when they are first needed.
 * @param patience milliseconds that a query may take
 * @throws {StartError} when the URL names what is not there
 */
export async function openPool(url: string, patience = 5000): Promise<pg.Pool> {
  // BIGINT as a number, here and not for the whole process; our times stay far below 2^53.
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, Number)

  const pool = new pg.Pool({
    ...(await connectionTo(url).catch((error) => {
      throw startErrorOf(url, error)
    })),
    max: 10,
    connectionTimeoutMillis: 3000,
    query_timeout: patience,
    types,
  })
  // An idle connection that breaks is replaced at the next use; unheard, it would end the process.
  pool.on('error', () => {})
  // While Kysely uses one it does not listen either.
  pool.on('connect', (client) => {
    client.on('error', () => {})
  })
  // A query that was given up still occupies its connection; the next one would wait behind it.
  pool.on('release', (_error, client) => {
    if ('readyForQuery' in client && client.readyForQuery !== true) client.end().catch(() => {})
  })
  return pool
}

/** TLS is verified unless the server is on loopback or the URL turns it off by name. */
async function connectionTo(url: string): Promise<pg.PoolConfig> {
  const parsed = new URL(url)
  const mode = parsed.searchParams.get('sslmode')
  const rootCertificate = parsed.searchParams.get('sslrootcert')
  parsed.searchParams.delete('sslmode')
  parsed.searchParams.delete('sslrootcert')

  const isLoopback = /^(localhost|127\.[\d.]+|\[::1\]|)$/.test(parsed.hostname)
  const isPlain = mode === 'disable' || (mode === null && isLoopback)
  const ca = rootCertificate === null ? {} : { ca: await readFile(rootCertificate, 'utf8') }
  return { connectionString: parsed.href, ssl: isPlain ? false : { rejectUnauthorized: true, ...ca } }
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html: connection exceptions, insufficient
// resources, operator intervention (shut down, cancelled), a standby that only reads.
const unavailableCodes =
  /^(08...|53...|57...|25006|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE)$/
// What pg itself raises has no code.
const unavailableMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/

function isUnavailable(error: unknown) {
  return (
    error instanceof Error && (unavailableCodes.test(codeOf(error) ?? '') || unavailableMessages.test(error.message))
  )
}

/** Serialization failure, deadlock; and an address that another account has verified meanwhile, which is there to be seen now. */
function isRetryable(error: unknown) {
  const code = codeOf(error)
  if (code === '23505') return error instanceof pg.DatabaseError && error.constraint === 'users_verified_email'
  return code === '40001' || code === '40P01'
}

function codeOf(error: unknown) {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

export function startErrorOf(url: string, cause: unknown) {
  const { host, pathname } = new URL(url)
  const reason = cause instanceof Error ? cause.message || codeOf(cause) : String(cause)
  return new StartError([`The database ${pathname.slice(1)} at ${host} cannot be used: ${reason}`], { cause })
}
