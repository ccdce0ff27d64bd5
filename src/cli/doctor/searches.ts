import { hasTextIndexes } from '../../store/index.ts'
import { type CheckResult, ok, warning } from './check-result.ts'
import type { Examined } from './machine.ts'

/** Checks that searches among users have an index. */
export async function checkSearches({ config, database }: Examined): Promise<CheckResult[]> {
  if (!config.databaseUrl.startsWith('postgres') || (await database.read(hasTextIndexes))) {
    return [ok('Searches for users have an index.')]
  }
  return [
    warning(
      'Searches for users read all of them, because the extension pg_trgm was not available.',
      'Have it created by the owner of the database, then create the indexes: see docs/operations/upgrade.md.',
    ),
  ]
}
