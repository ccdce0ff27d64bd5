import { type Caller, claimRights, demandReach, isClient, type Rights, scopesOf } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import { columnsOf, type Store, type UserRow, type Writer } from '../store/index.ts'
import { administratorScope, noSuchUser } from '../users/index.ts'

/**
 * Locks the row of a user and checks the rights of the caller. Call it first in a transaction that acts on a user.
 * @throws {ApiError} 404; 403 if the user has administration scopes that the caller lacks
 */
export async function claimUser(
  store: Store,
  db: Writer,
  id: string,
  caller: Caller,
): Promise<{ user: UserRow; rights: Rights }> {
  const rights = await claimRights(store, db, caller, administratorScope)
  const user = await store.lock(db.selectFrom('users').select(columnsOf.users).where('id', '=', id)).executeTakeFirst()
  if (user === undefined) throw noSuchUser()
  demandReach(scopesOf(user.scopes), rights, { what: 'The user', userId: id })
  return { user, rights }
}

/**
 * Rejects actions on the caller's own account that require the password at other endpoints. Otherwise a stolen access
 * token would be enough.
 * @throws {ApiError} 409 `own_account`
 */
export function demandOther({ subject }: Caller, id: string): void {
  if (subject === 'operator' || isClient(subject) || subject.account.id !== id) return
  throw new ApiError('own_account')
}
