import { sql } from 'kysely'
import { scopesOf } from '../authorization/index.ts'
import { ApiError, notFound } from '../errors/index.ts'
import type { Reader, UserRow } from '../store/index.ts'

/** Holders of this scope can grant it to others. Without a holder no administrator could be made. */
export const administratorScope = 'users:write'

/** Matches users that hold a scope. SQLite would match `Users:Write` as well by LIKE, which ignores case there. */
export function holdsScope(scope: string) {
  return sql<boolean>`replace(' ' || scopes || ' ', ${` ${scope} `}, '') <> ' ' || scopes || ' '`
}

export function noSuchUser() {
  return notFound('There is no such user.')
}

/** Whether an enabled account holds the administrator scope. @param except the id of an account to leave out */
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
 * Rejects a change that would leave no administrator. It runs after `awaitTurn`, so that no other change of rights
 * happens meanwhile.
 * @param after the account after the change; undefined when it is to be deleted
 * @throws {ApiError} 409 `last_administrator`
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
  throw new ApiError('last_administrator')
}

function isAdministrator({ scopes, disabled }: Pick<UserRow, 'scopes' | 'disabled'>) {
  return disabled === 0 && scopesOf(scopes).includes(administratorScope)
}
