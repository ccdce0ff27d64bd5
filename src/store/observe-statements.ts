import type { LogConfig } from 'kysely'

/** A statement that the database has run. Its values are not part of it. */
export interface Statement {
  sql: string
  durationMs: number
  hasFailed: boolean
}

export type OnStatement = (statement: Statement) => void

/** Kysely's option with which it reports each statement. Kysely does not measure time without it. */
export function logOption(onStatement: OnStatement | undefined): { log?: LogConfig } {
  if (onStatement === undefined) return {}
  return {
    log: ({ level, query, queryDurationMillis }) =>
      onStatement({ sql: query.sql, durationMs: queryDurationMillis, hasFailed: level === 'error' }),
  }
}

/** Runs a statement and reports it. */
export function observe<Result>(onStatement: OnStatement | undefined, sql: string, run: () => Result): Result {
  if (onStatement === undefined) return run()
  const startedAt = performance.now()
  const report = (hasFailed: boolean) => onStatement({ sql, durationMs: performance.now() - startedAt, hasFailed })
  try {
    const result = run()
    if (result instanceof Promise) {
      result.then(
        () => report(false),
        () => report(true),
      )
    } else {
      report(false)
    }
    return result
  } catch (error) {
    report(true)
    throw error
  }
}
