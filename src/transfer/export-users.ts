import type { Store } from '../store/index.ts'
import { type AccountRecord, toRecord } from './user-records.ts'

/** So many are read at once. */
const most = 500

/** Everybody's account with its hash, ordered by id. Who comes or goes meanwhile may be there or not. */
export async function* exportAccounts(store: Store): AsyncGenerator<AccountRecord> {
  for (let last = ''; ;) {
    const users = await store.read((db) =>
      db.selectFrom('users').selectAll().where('id', '>', last).orderBy('id').limit(most).execute(),
    )
    yield* users.map(toRecord)
    const end = users.at(-1)
    if (end === undefined) return
    last = end.id
  }
}
