import { CompiledQuery, type DatabaseConnection, type Driver, PostgresDialect, type QueryResult } from 'kysely'
import type pg from 'pg'
import { type DeferredResult, isDeferred } from '../deferred.ts'
import { observe, type OnStatement } from '../observe-statements.ts'
import type { Connections } from './pool.ts'

interface Options {
  /** Connections whose clients have the option `pipeline`. */
  pool: Connections
  /** The SQL that begins a transaction. */
  begin: string
  /** Called after each statement. */
  onStatement: OnStatement | undefined
}

/**
 * A dialect for PostgreSQL that saves round trips. A transaction begins together with its first statement. Deferred
 * writes are sent together with the next statement, or with the commit.
 */
export class PipeliningDialect extends PostgresDialect {
  readonly #options: Options

  constructor(options: Options) {
    super(options)
    this.#options = options
  }

  override createDriver(): Driver {
    return new PipeliningDriver(this.#options)
  }
}

const commit = 'commit'

class PipeliningDriver implements Driver {
  readonly #pool: Connections
  readonly #begin: CompiledQuery
  readonly #onStatement: OnStatement | undefined

  constructor({ pool, begin, onStatement }: Options) {
    this.#pool = pool
    this.#begin = CompiledQuery.raw(begin)
    this.#onStatement = onStatement
  }

  async init() {}

  async acquireConnection() {
    return new PipeliningConnection(await this.#pool.connect(), this.#onStatement)
  }

  async beginTransaction(connection: PipeliningConnection) {
    await connection.defer(this.#begin)
  }

  async commitTransaction(connection: PipeliningConnection) {
    await connection.executeQuery(CompiledQuery.raw(commit))
  }

  async rollbackTransaction(connection: PipeliningConnection) {
    connection.forgetDeferred()
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async releaseConnection(connection: PipeliningConnection) {
    connection.release()
  }

  async destroy() {
    await this.#pool.end()
  }
}

class PipeliningConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient
  readonly #onStatement: OnStatement | undefined
  /** The answers to deferred queries, until a later query waits for them. */
  #unanswered: Promise<unknown>[] = []

  constructor(client: pg.PoolClient, onStatement: OnStatement | undefined) {
    this.#client = client
    this.#onStatement = onStatement
  }

  /** Runs a query. If a deferred query before it failed, throws that error, which is the cause of all later ones. */
  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (isDeferred(query)) return this.defer(query)
    const answer = this.#send<Row>(query)
    // If an earlier error is thrown instead, this one is not.
    answer.catch(() => {})
    const earlier = this.#unanswered
    this.forgetDeferred()
    for (const one of earlier) await one
    return answer
  }

  /** Sends a query without waiting for the answer. */
  async defer<Row>(query: CompiledQuery): Promise<DeferredResult<Row>> {
    const answer = this.#send<Row>(query)
    answer.catch(() => {})
    this.#unanswered.push(answer)
    return { rows: [], answer }
  }

  forgetDeferred() {
    this.#unanswered = []
  }

  release() {
    this.#client.release()
  }

  streamQuery(): never {
    throw new Error('Results are not streamed.')
  }

  async #send<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { command, rowCount, rows } = await observe(this.#onStatement, sql, () =>
      this.#client.query<Row & pg.QueryResultRow>(sql, [...parameters]),
    )
    // PostgreSQL does not report an error when it commits a transaction in which a statement has failed.
    if (sql === commit && command !== 'COMMIT') throw new Error('A statement failed, so nothing was committed.')
    const changes = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(command)
    return { rows: rows ?? [], ...(changes ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}) }
  }
}
