import type { Inspection } from './inspection.ts'
import { refuseNewerDatabase } from './migrations.ts'

/**
 * Opens a database read-only.
 * @param url `file:PATH` or `postgres://…`
 * @throws {StartError} when it cannot be read
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
 * @returns the migrations that opening a database would apply
 * @throws {StartError} when it was last used by a newer program
 */
export async function pendingMigrations(url: string): Promise<string[]> {
  const { migrations, close } = await inspectDatabase(url)
  await close()
  refuseNewerDatabase(migrations)
  return migrations.pending
}
