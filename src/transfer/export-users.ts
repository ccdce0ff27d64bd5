import { columnsOf, type Store } from '../store/index.ts'
import { type AccountRecord, toRecord } from './user-records.ts'

const usersPerQuery = 500

/** Yields every account with its hash, ordered by id. Accounts made or deleted meanwhile may be missing. */
export async function* exportAccounts(store: Store): AsyncGenerator<AccountRecord> {
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
