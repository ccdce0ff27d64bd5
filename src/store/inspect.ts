import { existsSync } from 'node:fs'
import BetterSqlite from 'better-sqlite3'
import { Kysely, PostgresDialect, sql, SqliteDialect } from 'kysely'
import { StartError } from '../errors/index.ts'
import { type MigrationStatus, migrationStatusOf, refuseNewerDatabase } from './migrations.ts'
import * as postgres from './postgres/database.ts'
import type { Schema } from './schema.ts'
import * as sqlite from './sqlite/database.ts'
import type { Reader } from './store.ts'

/** A database that is looked at as it is: it is not migrated, and nothing can be written. */
export interface Look {
  migrationStatus: MigrationStatus
  read: <T>(work: (db: Reader) => Promise<T>) => Promise<T>
  /** Milliseconds since the epoch by the clock of its server; undefined for a file, which has none. */
  time: () => Promise<number | undefined>
  close: () => Promise<void>
}

/**
 * @param url `file:PATH` or `postgres://…`
 * @throws {StartError} when it cannot be read
 */
export function lookAt(url: string): Promise<Look> {
  return url.startsWith('postgres') ? lookAtPostgres(url) : lookAtSqlite(url.slice('file:'.length))
}

/**
 * @returns the migrations that opening a database would apply
 * @throws {StartError} when it was last used by a newer program
 */
export async function pendingIn(url: string): Promise<string[]> {
  const look = await lookAt(url)
  await look.close()
  refuseNewerDatabase(look.migrationStatus)
  return look.migrationStatus.pending
}

async function lookAtSqlite(path: string): Promise<Look> {
  try {
    // Where nobody else has it open, one that only reads would leave files of its own behind (-wal, -shm).
    const file = new BetterSqlite(path, { readonly: existsSync(`${path}-wal`), fileMustExist: true, timeout: 1000 })
    file.pragma('query_only = on')
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: file }) })
    return await furnish(db, {
      readMigrationStatus: () => migrationStatusOf(db),
      read: (work) => db.connection().execute(work),
      time: async () => undefined,
    })
  } catch (error) {
    throw sqlite.startErrorOf(path, error) ?? error
  }
}

async function lookAtPostgres(url: string): Promise<Look> {
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: await postgres.openPool(url) }) })
  // By the transaction, and not by the session, which a pooler may hand on to somebody else.
  const read: Look['read'] = (work) => db.transaction().setAccessMode('read only').execute(work)
  try {
    return await furnish(db, {
      readMigrationStatus: () => read((db) => migrationStatusOf(db)),
      read,
      time: () =>
        read(async (db) => {
          const {
            rows: [row],
          } = await sql<{ now: number }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(
            db,
          )
          return row?.now
        }),
    })
  } catch (error) {
    throw error instanceof StartError ? error : postgres.startErrorOf(url, error)
  }
}

interface Means extends Pick<Look, 'read' | 'time'> {
  readMigrationStatus: () => Promise<MigrationStatus>
}

async function furnish(db: Kysely<Schema>, { readMigrationStatus, read, time }: Means): Promise<Look> {
  const close = () => db.destroy()
  try {
    return { migrationStatus: await readMigrationStatus(), read, time, close }
  } catch (error) {
    await close()
    throw error
  }
}
