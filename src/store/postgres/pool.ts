import pg from 'pg'
import { productionTiming, type Timing } from '../../config/index.ts'
import { connectionTo } from './connection.ts'
import { startErrorOf } from './errors.ts'

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
