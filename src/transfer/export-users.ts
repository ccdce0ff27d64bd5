import { type Audit, fromCommand } from '../audit/index.ts'
import { columnsOf, type Store } from '../store/index.ts'
import { type AccountRecord, toRecord } from './user-records.ts'

interface Dependencies {
  store: Store
  audit: Audit
}

const usersPerQuery = 500

/**
 * Yields every account with its password hash, ordered by id. Accounts that are created or deleted during the export
 * may be missing. The export is recorded in the audit log first, since the reader may stop at any point.
 */
export async function* exportAccounts({ store, audit }: Dependencies): AsyncGenerator<AccountRecord> {
  await audit.report({ event: 'users_exported', origin: fromCommand })
  for (let last = ''; ;) {
    const users = await store.read((db) =>
      db
        .selectFrom('users')
        .select(columnsOf.users)
        .where('id', '>', last)
        .orderBy('id')
        .limit(usersPerQuery)
        .execute(),
    )
    yield* users.map(toRecord)
    const end = users.at(-1)
    if (end === undefined) return
    last = end.id
  }
}
