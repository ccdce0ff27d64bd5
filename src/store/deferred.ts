import type { CompiledQuery, QueryResult } from 'kysely'

/**
 * A write whose result is not needed before the transaction commits. PostgreSQL receives it together with the next
 * statement or with the commit, which saves a round trip. SQLite runs it at once.
 */
export interface DeferredQuery<Row = unknown> extends CompiledQuery<Row> {
  isDeferred: true
}

/** The result of a deferred query, which becomes known before the transaction is committed. */
export interface DeferredResult<Row = unknown> extends QueryResult<Row> {
  answer?: Promise<QueryResult<Row>>
}

export function isDeferred(query: CompiledQuery): query is DeferredQuery {
  return 'isDeferred' in query
}
