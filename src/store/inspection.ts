import type { Kysely } from 'kysely'
import type { Reader } from './database.ts'
import type { MigrationStatus } from './migrations.ts'
import type { Schema } from './schema.ts'

/** A database that is open for inspection only. It is not migrated, and nothing can be written to it. */
export interface Inspection {
  migrations: MigrationStatus
  read: <T>(work: (db: Reader) => Promise<T>) => Promise<T>
  /** Reads the clock of the database server, in milliseconds since the epoch; undefined for a file. */
  time: () => Promise<number | undefined>
  /** Reads how many connections the database server allows to this user; undefined for a file. */
  maxConnections: () => Promise<number | undefined>
  /** Reads why PostgreSQL would reject migrations; undefined if it allows them. */
  migrationFault: () => Promise<string | undefined>
  close: () => Promise<void>
}

/** How to read from a database. */
interface Access extends Pick<Inspection, 'read' | 'time' | 'maxConnections' | 'migrationFault'> {
  readMigrations: () => Promise<MigrationStatus>
}

/**
 * Begins the inspection of an open database by reading its migrations. If that fails, the database is closed.
 * @param db the open database
 * @param access how to read from it
 */
export async function startInspection(db: Kysely<Schema>, { readMigrations, ...access }: Access): Promise<Inspection> {
  const close = () => db.destroy()
  try {
    return { migrations: await readMigrations(), ...access, close }
  } catch (error) {
    await close()
    throw error
  }
}
