import type { Inspection } from './inspection.ts'
import { refuseNewerDatabase } from './migrations.ts'

/**
 * Opens a database read-only, without migrating it.
 * @param url `file:PATH` or `postgres://…`
 * @throws {StartError} when the database cannot be read
 */
export async function inspectDatabase(url: string): Promise<Inspection> {
  if (url.startsWith('postgres')) {
    const { inspectPostgres } = await import('./postgres/inspect.ts')
    return inspectPostgres(url)
  }
  const { inspectSqlite } = await import('./sqlite/inspect.ts')
  return inspectSqlite(url.slice('file:'.length))
}

/**
 * Lists the migrations that opening a database would apply.
 * @param url `file:PATH` or `postgres://…`
 * @returns the names of the migrations
 * @throws {StartError} when the database was last used by a newer version
 */
export async function pendingMigrations(url: string): Promise<string[]> {
  const { migrations, close } = await inspectDatabase(url)
  await close()
  refuseNewerDatabase(migrations)
  return migrations.pending
}
