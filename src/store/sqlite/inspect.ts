import { existsSync } from 'node:fs'
import BetterSqlite from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { type Inspection, startInspection } from '../inspection.ts'
import { migrationStatusOf } from '../migrations.ts'
import type { Schema } from '../schema.ts'
import { startErrorOf } from './errors.ts'

/**
 * Opens a SQLite database read-only.
 * @param path the path of the database
 * @throws {StartError} when the database cannot be read
 */
export async function inspectSqlite(path: string): Promise<Inspection> {
  let file: BetterSqlite.Database | undefined
  try {
    // If no other program has the database open, a read-only connection would leave files behind (-wal, -shm).
    file = new BetterSqlite(path, { readonly: existsSync(`${path}-wal`), fileMustExist: true, timeout: 1000 })
    file.pragma('query_only = on')
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: file }) })
    return await startInspection(db, {
      readMigrations: () => migrationStatusOf(db),
      read: (work) => db.connection().execute(work),
      time: async () => undefined,
      maxConnections: async () => undefined,
      migrationFault: async () => undefined,
    })
  } catch (error) {
    file?.close()
    throw startErrorOf(path, error) ?? error
  }
}
