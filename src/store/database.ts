import type { Compilable, Kysely, SelectQueryBuilder, Transaction } from 'kysely'
import type { MakeRowParameters } from './row-parameters.ts'
import type { Schema } from './schema.ts'
import type { UserSearch } from './user-search.ts'

export type Reader = Kysely<Schema>
export type Writer = Transaction<Schema>

/** An open, migrated database. This interface hides the differences between SQLite and PostgreSQL. */
export interface Database {
  db: Kysely<Schema>
  /** Reads committed rows, outside of transactions. */
  reader: Reader
  /** The names of the migrations that were applied when the database was opened. */
  migrated: string[]
  /** Runs `work` in a transaction. After a rollback, `work` may be run again from the start. */
  runInTransaction: <T>(work: (transaction: Writer) => Promise<T>, isCompletion: boolean) => Promise<T>
  lock: LockRows
  lockName: LockName
  /** Whether only one transaction at a time can write, so that others wait for it. */
  hasSingleWriter: boolean
  userSearch: UserSearch
  rowParameters: MakeRowParameters
  /** Compiles a read once. */
  prepare: <Row>(query: Compilable<Row>) => PreparedRead<Row>
  /** The connections of the pool; undefined without a pool. */
  countConnections: (() => ConnectionCounts) | undefined
  /** The number of rows of a table, or an estimate that is cheap; undefined if there is none yet. */
  estimateRows: (table: keyof Schema) => Promise<number | undefined>
  /** Whether an error means that the database is unreachable, full or locked. */
  isUnavailable: (error: unknown) => boolean
  /** Whether an error means that a transaction was rolled back because of a concurrent one, and may be run again. */
  isRetryable: (error: unknown) => boolean
  close: () => Promise<void>
}

/** The options of a pool of connections. */
export interface PoolOptions {
  /** Maximum number of connections to PostgreSQL. */
  poolSize?: number
  /** Called for each request that is rejected because it would wait too long for a connection. */
  onExhausted?: () => void
}

/** The numbers of open connections, in use and idle, and of the queries and transactions that wait for one. */
export interface ConnectionCounts {
  used: number
  idle: number
  waiting: number
}

/** Makes a query lock its rows until the transaction ends. Other transactions that lock the same rows wait. */
type LockRows = <Tables extends keyof Schema, Row>(
  rows: SelectQueryBuilder<Schema, Tables, Row>,
) => SelectQueryBuilder<Schema, Tables, Row>

/** Locks a name until the transaction ends. It replaces row locks when the rows in question do not exist yet. */
type LockName = (transaction: Writer, name: string) => Promise<void>

/** A precompiled query that reads at most one committed row. Its parameters have the order of those in the query. */
export type PreparedRead<Row> = (...parameters: unknown[]) => Promise<Row | undefined>
