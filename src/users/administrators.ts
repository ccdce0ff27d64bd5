import { sql } from 'kysely'
import { notFound, Refusal } from '../errors/errors.ts'
import type { UserRow } from '../store/schema.ts'
import type { Reader, Store, Writer } from '../store/store.ts'
import { isClient } from '../authorization/principal.ts'
import { claimRights, demandReach, type Caller, type Rights } from '../authorization/permissions.ts'
import { scopesOf } from '../authorization/scopes.ts'

/** Who holds it can give others what they hold themselves: without anybody who does, there would be no more of them. */
export const administratorScope = 'users:write'

/** Of a row of `users`. LIKE would take `Users:Write` for it on one of the two databases. */
export function holdsScope(scope: string) {
  return sql<boolean>`replace(' ' || scopes || ' ', ${` ${scope} `}, '') <> ' ' || scopes || ' '`
}

/**
 * The first thing in a transaction that acts on a user: holds their row.
 * @throws {Refusal} 404; 403 when they have administration scopes that the caller lacks
 */
export async function claimUser(
  store: Store,
  db: Writer,
  id: string,
  caller: Caller,
): Promise<{ user: UserRow; rights: Rights }> {
  const rights = await claimRights(store, db, caller, administratorScope)
  const user = await store.lock(db.selectFrom('users').selectAll().where('id', '=', id)).executeTakeFirst()
  if (user === undefined) throw noSuchUser()
  demandReach(scopesOf(user.scopes), rights, { what: 'The user', userId: id })
  return { user, rights }
}

export function noSuchUser() {
  return notFound('There is no such user.')
}

/**
 * For what takes the password where it is about oneself: a stolen access token must not do without.
 * @throws {Refusal} 409 `own_account`
 */
export function demandOther({ subject }: Caller, id: string): void {
  if (subject === 'operator' || isClient(subject) || subject.account.id !== id) return
  throw new Refusal(
    409,
    'own_account',
    'This is your own account. Change its e-mail address with PATCH /users/me, and delete it with POST /users/me/delete: these ask for your password.',
  )
}

/** Whether there is an account, enabled, that holds it; other than this one. */
export async function hasAdministrator(db: Reader, except = ''): Promise<boolean> {
  const one = await db
    .selectFrom('users')
    .select('id')
    .where(holdsScope(administratorScope))
    .where('disabled', '=', 0)
    .where('id', '!=', except)
    .limit(1)
    .executeTakeFirst()
  return one !== undefined
}

/**
 * The last administrator stays. For the turn of whoever changes rights.
 * @param after how the account is to be; undefined when it is to be gone
 * @throws {Refusal} 409 `last_administrator`
 */
export async function demandAdministrator(
  db: Reader,
  before: UserRow,
  after?: Pick<UserRow, 'scopes' | 'disabled'>,
): Promise<void> {
  if (
    !isAdministrator(before) ||
    (after !== undefined && isAdministrator(after)) ||
    (await hasAdministrator(db, before.id))
  ) {
    return
  }
  throw new Refusal(
    409,
    'last_administrator',
    `There is nobody else who is enabled and holds ${administratorScope}. Make another administrator first.`,
  )
}

function isAdministrator({ scopes, disabled }: Pick<UserRow, 'scopes' | 'disabled'>) {
  return disabled === 0 && scopesOf(scopes).includes(administratorScope)
}
