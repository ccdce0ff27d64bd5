import type { Compilable, Kysely, SelectQueryBuilder, Transaction } from 'kysely'
import type { Schema } from './schema.ts'

export type Reader = Kysely<Schema>
export type Writer = Transaction<Schema>

/** An open and migrated database. This interface hides the differences between SQLite and PostgreSQL. */
export interface Database {
  db: Kysely<Schema>
  /** The migrations that were applied when it was opened. */
  migrated: string[]
  /** Runs `work` in a transaction; it may be run again from the start after a rollback. */
  runInTransaction: <T>(work: (transaction: Writer) => Promise<T>) => Promise<T>
  lock: LockRows
  lockName: LockName
  /** Whether a transaction that writes holds up every other one that wants to write. */
  hasSingleWriter: boolean
  prepare: <Row>(query: Compilable<Row>) => PreparedRead<Row>
  /** Whether an error means that the database is unreachable, full or locked. */
  isUnavailable: (error: unknown) => boolean
  /** Whether an error means that a transaction lost against another one, was rolled back and may be run again. */
  isRetryable: (error: unknown) => boolean
  close: () => Promise<void>
}

/** Makes a select lock its rows until the transaction ends; other transactions that lock them wait. */
type LockRows = <Tables extends keyof Schema, Row>(
  rows: SelectQueryBuilder<Schema, Tables, Row>,
) => SelectQueryBuilder<Schema, Tables, Row>

/** Locks a name until the transaction ends, where rows that do not exist yet are counted. */
type LockName = (transaction: Writer, name: string) => Promise<void>

/**
 * A statement compiled once that reads at most one committed row. Parameters are in the order in
 * which the query names them.
 */
export type PreparedRead<Row> = (...parameters: unknown[]) => Row | undefined | Promise<Row | undefined>
