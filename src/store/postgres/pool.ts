import pg from 'pg'
import { productionTiming, type Timing } from '../../config/index.ts'
import { unavailable } from '../../errors/index.ts'
import { createSemaphore, type Semaphore } from '../../lib/semaphore.ts'
import type { ConnectionCounts, PoolOptions } from '../database.ts'
import { connectionTo } from './connection.ts'
import { startErrorOf } from './errors.ts'

/** A part of a pool. Each client must be released. */
export interface Connections {
  /** @throws {ApiError} 503 when the wait is too long, at once if that was to be expected */
  connect: () => Promise<pg.PoolClient>
  /** Closes all connections of the pool. */
  end: () => Promise<void>
}

interface Pool {
  reads: Connections
  transactions: Connections
  /** For transactions that complete a request. They share the connections of `transactions`, and wait for them. */
  completions: Connections
  countConnections: () => ConnectionCounts
}

const defaultSize = 10

/** The part of the connections that is reserved for reads. */
const readShare = 1 / 4

/**
 * Creates a pool, which opens its connections when they are first needed. Transactions can use three quarters of them,
 * so that reads do not wait behind transactions. Reads can use all that are free.
 * @param url the URL of the database
 * @param timing how long a connection and a query may take, and how long to wait for a connection, in milliseconds
 * @throws {StartError} when the URL is invalid or a file that it names cannot be read
 */
export async function openPool(
  url: string,
  timing: Timing = productionTiming,
  { poolSize = defaultSize, onExhausted = () => {} }: PoolOptions = {},
): Promise<Pool> {
  // Reads BIGINT as a number, in this pool only. The stored times are far below 2^53.
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, Number)

  const pool = new pg.Pool({
    ...(await connectionTo(url).catch((error) => {
      throw startErrorOf(url, error)
    })),
    max: poolSize,
    connectionTimeoutMillis: timing.databaseConnectionMs,
    query_timeout: timing.databaseQueryMs,
    // Statements that are sent at the same time share a round trip.
    pipeline: true,
    types,
  })
  const permits = new WeakMap<pg.PoolClient, () => void>()
  // A broken idle connection is replaced at the next use. Without a listener, the error would end the process.
  pool.on('error', () => {})
  // Kysely does not listen for errors of the connection in use.
  pool.on('connect', (client) => {
    client.on('error', () => {})
  })
  pool.on('release', (_error, client) => {
    // A query that timed out still occupies its connection, so the next query would have to wait for it.
    if ('readyForQuery' in client && client.readyForQuery !== true) client.end().catch(() => {})
    permits.get(client)?.()
    permits.delete(client)
  })

  let ended: Promise<void> | undefined
  function end() {
    ended ??= pool.end()
    return ended
  }

  function createPart(connections: number) {
    return createSemaphore({ permits: connections, maxWaitMs: timing.databaseQueueMs })
  }

  function limitedBy(semaphore: Semaphore, patienceMs?: number): Connections {
    return {
      async connect() {
        const returnPermit = await semaphore.acquire(patienceMs)
        if (returnPermit === undefined) {
          onExhausted()
          throw unavailable()
        }
        try {
          const client = await pool.connect()
          permits.set(client, returnPermit)
          return client
        } catch (error) {
          returnPermit()
          throw error
        }
      },
      end,
    }
  }

  const [forReads, forTransactions] = [createPart(poolSize), createPart(poolSize - Math.ceil(poolSize * readShare))]
  return {
    reads: limitedBy(forReads),
    transactions: limitedBy(forTransactions),
    completions: limitedBy(forTransactions, timing.databaseConnectionMs),
    countConnections: () => ({
      used: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount + forReads.state().waiting + forTransactions.state().waiting,
    }),
  }
}
