import { setTimeout as sleep } from 'node:timers/promises'
import { type Compilable, type CompiledQuery, sql } from 'kysely'
import { productionTiming, type Timing } from '../config/index.ts'
import { unavailable } from '../errors/index.ts'
import type { Database, PoolOptions, PreparedRead, Reader, Writer } from './database.ts'
import type { DeferredQuery, DeferredResult } from './deferred.ts'
import type { OnStatement } from './observe-statements.ts'
import { createPatience, type RequestWait, startWait } from './patience.ts'

export type Store = ReturnType<typeof createStore>

interface Options extends PoolOptions {
  /** Called once with a log message when opening takes longer than a second. */
  onWait?: (message: string) => void
  /** Called after each statement. */
  onStatement?: OnStatement | undefined
}

/**
 * Opens and migrates a database. Only the driver for that kind of database is loaded.
 * @param url `file:PATH`, `:memory:` or `postgres://…`
 * @param timing how long the database may take, in milliseconds
 * @throws {StartError} when the database cannot be used, or was last used by a newer version
 */
export async function openStore(
  url: string,
  timing: Timing = productionTiming,
  { onWait = () => {}, onStatement, ...options }: Options = {},
) {
  const message = 'waiting for the database: another program is migrating or locking it, or it responds slowly'
  const wait = setTimeout(() => onWait(message), noticeableWaitMs)
  try {
    return createStore(await openDatabase(url, timing, options, onStatement), timing.databaseRequestMs)
  } finally {
    clearTimeout(wait)
  }
}

async function openDatabase(
  url: string,
  timing: Timing,
  options: PoolOptions,
  onStatement: OnStatement | undefined,
): Promise<Database> {
  if (url.startsWith('postgres')) {
    const { openPostgres } = await import('./postgres/database.ts')
    return openPostgres(url, timing, options, onStatement)
  }
  const { openSqlite } = await import('./sqlite/database.ts')
  return openSqlite(url, onStatement)
}

/** The change that one caller of `write` makes. */
interface Change {
  callbacks: (() => void | Promise<void>)[]
  /** The wait of the request that makes the change. */
  wait?: RequestWait
}

/** @param requestMs the time for which a request may wait for the database in total, in milliseconds */
function createStore(database: Database, requestMs: number) {
  const { track, bound } = createPatience(requestMs)
  const changes = new WeakMap<Writer, Change>()

  /** Changes that share a transaction are made one after another, so that each one collects its own callbacks. */
  async function commit<T>(work: (transaction: Writer) => Promise<T>, isCompletion = false): Promise<T> {
    let change: Change = { callbacks: [] }
    const result = await database.runInTransaction(async (transaction) => {
      change = { callbacks: [] }
      changes.set(transaction, change)
      const result = await work(transaction)
      if (change.wait?.isGivenUp) throw unavailable()
      return result
    }, isCompletion)
    if (change.wait !== undefined) change.wait.isCommitted = true
    for (const callback of change.callbacks) await callback()
    return result
  }

  function changeIn(transaction: Writer): Change {
    const change = changes.get(transaction)
    if (change === undefined) throw new Error('The transaction was not begun by this store.')
    return change
  }

  function rethrow(error: unknown): never {
    throw database.isUnavailable(error) || database.isRetryable(error) ? unavailable(error) : error
  }

  /**
   * Repeats work that was rolled back because of a concurrent transaction, with pauses of two seconds in total, unless
   * the request has been answered meanwhile.
   */
  function retrying<T>(run: () => Promise<T>): Promise<T> {
    return track(repeat(run))
  }

  async function repeat<T>(run: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    for (let attempt = 0; ; attempt++) {
      try {
        return await run()
      } catch (error) {
        const pauseMs = retryPausesMs[attempt]
        const isLate = performance.now() - startedAt > requestMs
        if (pauseMs === undefined || isLate || !database.isRetryable(error)) rethrow(error)
        await sleep(pauseMs)
      }
    }
  }

  async function defer<Row>(transaction: Writer, query: CompiledQuery<Row>) {
    const deferred: DeferredQuery<Row> = { ...query, isDeferred: true }
    const result: DeferredResult<Row> = await transaction.executeQuery(deferred)
    const answer = Promise.resolve(result.answer ?? result)
    const changedRows = answer.then(({ numAffectedRows = 0n }) => Number(numAffectedRows))
    const rows = answer.then((result) => result.rows)
    // The transaction throws this error, so it is not handled here.
    for (const promise of [changedRows, rows]) promise.catch(() => {})
    return { changedRows, rows }
  }

  return {
    /**
     * Runs `work`, which only reads.
     * @throws {ApiError} 503 when the database cannot be reached
     */
    read: <T>(work: (db: Reader) => Promise<T>): Promise<T> => retrying(() => work(database.reader)),

    /**
     * Runs `work` in a transaction, and again from the start if it was rolled back because of a concurrent one. The
     * transaction has been committed when this returns. `work` must not wait for anything but the database.
     * @throws {ApiError} 503 when the database cannot be reached, or is still locked after two seconds
     */
    write: <T>(work: (transaction: Writer) => Promise<T>): Promise<T> => retrying(() => commit(work)),

    /**
     * Like `write`, for the end of a request that has already hashed a password or counted an attempt. When the
     * connections to PostgreSQL are exhausted, it waits for one instead of being rejected at once.
     * @throws {ApiError} 503 when the database cannot be reached
     */
    complete: <T>(work: (transaction: Writer) => Promise<T>): Promise<T> => retrying(() => commit(work, true)),

    /**
     * Within `write`: calls `callback` after the transaction was committed, and never if it is rolled back. `write`
     * waits for it. It must not throw.
     */
    afterCommit(transaction: Writer, callback: () => void | Promise<void>) {
      changeIn(transaction).callbacks.push(callback)
    },

    /**
     * Within `write`: ties the transaction to the request that makes the change. If the request is answered with 503
     * because it has waited too long, the transaction is rolled back, unless its commit has already been sent.
     */
    commitWithin(transaction: Writer, wait: RequestWait) {
      changeIn(transaction).wait = wait
      wait.isCommitted = false
    },

    /** The names of the migrations that were applied when the database was opened. */
    migrated: database.migrated,

    lock: database.lock,
    lockName: database.lockName,

    /** Whether only one transaction at a time can write, so that others wait for it. */
    hasSingleWriter: database.hasSingleWriter,

    userSearch: database.userSearch,

    rowParameters: database.rowParameters,

    /** Compiles a query once that is run at every request, outside of transactions. */
    prepare<Row>(query: (db: Reader) => Compilable<Row>): PreparedRead<Row> {
      const read = database.prepare(query(database.db))
      // SQLite answers in the same turn of the event loop, so there is no wait to limit.
      if (database.hasSingleWriter) return (...parameters) => read(...parameters).catch(rethrow)
      return (...parameters) => retrying(() => read(...parameters))
    },

    /**
     * Compiles a statement once that is run within `write`. Its parameters have the order of those in the query.
     * @returns a function that runs the statement and resolves to the number of changed rows
     */
    prepareWrite(query: (db: Reader) => Compilable) {
      const compiled = query(database.db).compile()
      return async (transaction: Writer, ...parameters: unknown[]): Promise<number> => {
        const { numAffectedRows = 0n } = await transaction.executeQuery({ ...compiled, parameters })
        return Number(numAffectedRows)
      }
    },

    /**
     * Compiles a write once that is run within `write`, and whose result is not needed before the commit. It is sent
     * together with the next statement or with the commit. If it fails, one of these throws its error.
     * @returns a function that starts the write and resolves to promises for the number of changed rows and for the
     *   rows that the write returns
     */
    prepareDeferred<Row>(query: (db: Reader) => Compilable<Row>) {
      const compiled: CompiledQuery<Row> = query(database.db).compile()
      return async (transaction: Writer, ...parameters: unknown[]) =>
        defer<Row>(transaction, { ...compiled, parameters })
    },

    /** Like `prepareDeferred`, for a statement that is compiled for each use. */
    defer: (transaction: Writer, query: Compilable) => defer(transaction, query.compile()),

    /** Compiles a statement once that is run within `write` and returns rows. Parameters are as in `prepareWrite`. */
    prepareRows<Row>(query: (db: Reader) => Compilable<Row>) {
      const compiled: CompiledQuery<Row> = query(database.db).compile()
      return async (transaction: Writer, ...parameters: unknown[]): Promise<Row[]> =>
        (await transaction.executeQuery<Row>({ ...compiled, parameters })).rows
    },

    /**
     * Checks that the database answers.
     * @throws {ApiError} 503 when it does not
     */
    async ping(): Promise<void> {
      await bound(track(sql`select 1`.execute(database.reader)).catch(rethrow), startWait())
    },

    startWait,

    bound,

    /** The connections to PostgreSQL; undefined with SQLite. */
    countConnections: database.countConnections,

    /** The number of rows of a table: an estimate with PostgreSQL, at most 100,000 with SQLite. */
    estimateRows: database.estimateRows,

    close: () => database.close(),
  }
}

const noticeableWaitMs = 1_000

/** The pauses between attempts to repeat a transaction, two seconds in total. */
const retryPausesMs = [5, 10, 20, 40, 75, 150, 250, 350, 500, 600]
