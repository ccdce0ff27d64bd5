import { sql } from 'kysely'
import { scopesOf } from '../authorization/index.ts'
import { ApiError, notFound } from '../errors/index.ts'
import type { Reader, UserRow } from '../store/index.ts'

/** Who holds it can give others what they hold themselves: without anybody who does, there would be no more of them. */
export const administratorScope = 'users:write'

/** Of a row of `users`. LIKE would take `Users:Write` for it on one of the two databases. */
export function holdsScope(scope: string) {
  return sql<boolean>`replace(' ' || scopes || ' ', ${` ${scope} `}, '') <> ' ' || scopes || ' '`
}

export function noSuchUser() {
  return notFound('There is no such user.')
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
