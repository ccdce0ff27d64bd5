import { type Audit, fromCommand } from '../audit/index.ts'
import type { TotpSecrets } from '../factors/index.ts'
import { columnsOf, type Store } from '../store/index.ts'
import { type AccountRecord, toRecord } from './user-records.ts'

interface Dependencies {
  store: Store
  audit: Audit
  /** Reads the secrets of authenticator apps, if they are exported. */
  totpSecrets?: TotpSecrets | undefined
}

const usersPerQuery = 500

/**
 * Yields every account with its password hash, ordered by id. Accounts that are created or deleted during the export
 * may be missing. The export is recorded in the audit log first, since the reader may stop at any point.
 */
export async function* exportAccounts({ store, audit, totpSecrets }: Dependencies): AsyncGenerator<AccountRecord> {
  const details = { secrets: totpSecrets !== undefined }
  await audit.report({ event: 'users_exported', origin: fromCommand, details })
  for (let last = ''; ;) {
    const { users, secretsOf } = await store.read(async (db) => {
      const users = await db
        .selectFrom('users')
        .select(columnsOf.users)
        .where('id', '>', last)
        .orderBy('id')
        .limit(usersPerQuery)
        .execute()
      const owners = users.filter((user) => user.second_factors > 0).map(({ id }) => id)
      return { users, secretsOf: await totpSecrets?.read(db, owners) }
    })
    yield* users.map((user) => toRecord(user, secretsOf?.get(user.id)))
    const end = users.at(-1)
    if (end === undefined) return
    last = end.id
  }
}
