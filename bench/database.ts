import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'

/** Opens the database of a service. The service may be running. */
export function openDatabase(dataDir: string) {
  return new BetterSqlite(databaseIn(dataDir))
}

/**
 * Reads a number.
 * @param query selects one number
 */
export function readNumber(dataDir: string, query: string): number {
  const database = openDatabase(dataDir)
  const number = database.prepare<[], number>(query).pluck().get()
  database.close()
  return number ?? NaN
}

export function databaseIn(dataDir: string) {
  return join(dataDir, 'latchkey.db')
}

/** Inserts rows that all have the same columns. */
export function insertRows<Row extends object>(database: BetterSqlite.Database, table: string, rows: Row[]) {
  const names = Object.keys(rows[0] ?? {})
  const insert = database.prepare<Row>(
    `insert into ${table} (${names.join()}) values (${names.map((name) => `@${name}`).join()})`,
  )
  database.transaction(() => {
    for (const row of rows) insert.run(row)
  })()
}
