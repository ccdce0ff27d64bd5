import type { Kysely } from 'kysely'
import type { Reader } from './database.ts'
import type { MigrationStatus } from './migrations.ts'
import type { Schema } from './schema.ts'

/** A database that is inspected as it is: it is not migrated, and nothing can be written. */
export interface Inspection {
  migrations: MigrationStatus
  read: <T>(work: (db: Reader) => Promise<T>) => Promise<T>
  /** Milliseconds since the epoch by the clock of the database server; undefined for a file, which has none. */
  time: () => Promise<number | undefined>
  close: () => Promise<void>
}

interface Access extends Pick<Inspection, 'read' | 'time'> {
  readMigrations: () => Promise<MigrationStatus>
}

/** Reads how far a database is migrated, and closes it if that fails. */
export async function startInspection(db: Kysely<Schema>, { readMigrations, read, time }: Access): Promise<Inspection> {
  const close = () => db.destroy()
  try {
    return { migrations: await readMigrations(), read, time, close }
  } catch (error) {
    await close()
    throw error
  }
}
