import { setTimeout } from 'node:timers/promises'
import {
  type Compilable,
  type CompiledQuery,
  type Kysely,
  type SelectQueryBuilder,
  sql,
  type Transaction,
} from 'kysely'
import { productionTiming, type Timing } from '../config/index.ts'
import { unavailable } from '../errors/index.ts'
import { openPostgres } from './postgres/database.ts'
import type { Schema } from './schema.ts'
import { openSqlite } from './sqlite/database.ts'

export type Reader = Kysely<Schema>
export type Writer = Transaction<Schema>

/** A database that is open and migrated; what differs between the two is behind this. */
export interface Database {
  db: Kysely<Schema>
  /** The migrations that were applied when it was opened. */
  migrated: string[]
  /** Runs `work` in a transaction; it may be run again from the start after a rollback. */
  transact: <T>(work: (transaction: Writer) => Promise<T>) => Promise<T>
  lock: LockRows
  lockName: LockName
  /** Whether a transaction that writes holds up all others that want to. */
  hasOneWriter: boolean
  prepare: <Row>(query: Compilable<Row>) => PreparedRead<Row>
  /** The database is away, full or locked. */
  isUnavailable: (error: unknown) => boolean
  /** The transaction lost against another one, was rolled back, and may be tried again. */
  isRetryable: (error: unknown) => boolean
  close: () => Promise<void>
}

/** Lets a select hold its rows until the transaction ends; others that want to hold them wait. */
export type LockRows = <Tables extends keyof Schema, Row>(
  rows: SelectQueryBuilder<Schema, Tables, Row>,
) => SelectQueryBuilder<Schema, Tables, Row>

/** The same of a name, for what is counted over rows that may not be there yet. */
export type LockName = (transaction: Writer, name: string) => Promise<void>

/**
 * A statement compiled once that reads at most one row of what is committed. Parameters are in
 * the order in which the query names them.
 */
export type PreparedRead<Row> = (...parameters: unknown[]) => Row | undefined | Promise<Row | undefined>

export type Store = ReturnType<typeof createStore>

/** @param url `file:PATH`, `:memory:` or `postgres://…` */
export async function openStore(url: string, timing: Timing = productionTiming) {
  return createStore(await (url.startsWith('postgres') ? openPostgres(url, timing) : openSqlite(url)))
}

function createStore(database: Database) {
  const afterCommit = new WeakMap<Writer, (() => void)[]>()

  /** Works that share a transaction run one after the other: what each leaves for afterwards is its own. */
  async function commit<T>(work: (transaction: Writer) => Promise<T>): Promise<T> {
    let left: (() => void)[] = []
    const result = await database.transact((transaction) => {
      left = []
      afterCommit.set(transaction, left)
      return work(transaction)
    })
    for (const doAfterwards of left) doAfterwards()
    return result
  }

  function rethrow(error: unknown): never {
    throw database.isUnavailable(error) || database.isRetryable(error) ? unavailable(error) : error
  }

  return {
    /** @throws {ApiError} 503 while the database cannot be reached */
    read: <T>(work: (db: Reader) => Promise<T>): Promise<T> => work(database.db).catch(rethrow),

    /**
     * Runs `work` in a transaction, again from the start when it lost against another one. It has
     * been committed when this returns. Waits for nothing but the database inside.
     * @throws {ApiError} 503 while the database cannot be reached, or stays locked for two seconds
     */
    async write<T>(work: (transaction: Writer) => Promise<T>): Promise<T> {
      for (let tries = 0; ; tries++) {
        try {
          return await commit(work)
        } catch (error) {
          const pause = pauses[tries]
          if (pause === undefined || !database.isRetryable(error)) rethrow(error)
          await setTimeout(pause)
        }
      }
    },

    /** Within `write`: something that is done once the transaction is committed, and not at all if it is not. */
    afterCommit(transaction: Writer, doAfterwards: () => void) {
      afterCommit.get(transaction)?.push(doAfterwards)
    },

    /** The migrations that were applied when it was opened. */
    migrated: database.migrated,

    lock: database.lock,
    lockName: database.lockName,

    /** Whether a transaction that writes holds up all others that want to. */
    hasOneWriter: database.hasOneWriter,

    /** A read that is made at every request. */
    prepare<Row>(query: (db: Reader) => Compilable<Row>): PreparedRead<Row> {
      const read = database.prepare(query(database.db))
      return (...parameters) => {
        try {
          const row = read(...parameters)
          return row instanceof Promise ? row.catch(rethrow) : row
        } catch (error) {
          return rethrow(error)
        }
      }
    },

    /**
     * A statement compiled once that is run within `write`. Parameters are in the order in which the
     * query names them.
     * @returns a function that tells how many rows were changed
     */
    prepareWrite(query: (db: Reader) => Compilable) {
      const compiled = query(database.db).compile()
      return async (transaction: Writer, ...parameters: unknown[]): Promise<number> => {
        const { numAffectedRows = 0n } = await transaction.executeQuery({ ...compiled, parameters })
        return Number(numAffectedRows)
      }
    },

    /** The same for one that gives rows. */
    prepareRows<Row>(query: (db: Reader) => Compilable<Row>) {
      const compiled: CompiledQuery<Row> = query(database.db).compile()
      return async (transaction: Writer, ...parameters: unknown[]): Promise<Row[]> =>
        (await transaction.executeQuery<Row>({ ...compiled, parameters })).rows
    },

    /** @throws {ApiError} 503 while the database does not answer */
    async ping(): Promise<void> {
      await sql`select 1`.execute(database.db).catch(rethrow)
    },

    close: () => database.close(),
  }
}

/** Milliseconds between tries, two seconds in all. */
const pauses = [5, 10, 20, 40, 75, 150, 250, 350, 500, 600]
