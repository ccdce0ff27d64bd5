import { AsyncResource } from 'node:async_hooks'
import { setImmediate as onImmediate } from 'node:timers'
import type BetterSqlite from 'better-sqlite3'
import type { Compilable } from 'kysely'
import type { PreparedRead } from '../database.ts'
import { observe, type OnStatement } from '../observe-statements.ts'

/**
 * Runs the prepared reads that start in one turn of the event loop in one read transaction, since taking and releasing
 * SQLite's read lock costs two system calls. The transaction begins after the last of them has started and ends before
 * any of them returns. So each read sees everything that was committed before it started, by other processes as well.
 * @param onStatement called after each read
 */
export function createSharedReads(reader: BetterSqlite.Database, onStatement?: OnStatement) {
  const begin = reader.prepare('begin')
  const commit = reader.prepare('commit')
  const rollback = reader.prepare('rollback')
  let waiting: (() => void)[] = []

  function runWaiting() {
    const reads = waiting
    waiting = []
    // If a transaction cannot begin, because the database is being closed, each read fails with an error of its own.
    const isShared = reads.length > 1 && succeeds(begin)
    for (const read of reads) read()
    // After some errors, SQLite has already ended the transaction.
    if (isShared && reader.inTransaction && !succeeds(commit)) succeeds(rollback)
  }

  return <Row>(query: Compilable<Row>): PreparedRead<Row> => {
    const { sql } = query.compile()
    const statement = reader.prepare<unknown[], Row>(sql)
    return (...parameters) =>
      new Promise((resolve, reject) => {
        function read() {
          try {
            resolve(observe(onStatement, sql, () => statement.get(parameters)))
          } catch (error) {
            reject(error)
          }
        }
        if (waiting.length === 0) onImmediate(runWaiting)
        // In the context of its caller, so that an observed read belongs to the caller's trace.
        waiting.push(onStatement === undefined ? read : AsyncResource.bind(read))
      })
  }
}

function succeeds(statement: BetterSqlite.Statement): boolean {
  try {
    statement.run()
    return true
  } catch {
    return false
  }
}
