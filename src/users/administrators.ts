import { sql } from 'kysely'
import { scopesOf } from '../authorization/index.ts'
import { ApiError, notFound } from '../errors/index.ts'
import type { Reader, UserRow } from '../store/index.ts'

/** Users with this scope are administrators. Only they can grant it to others, so the last one must remain. */
export const administratorScope = 'users:write'

/** Matches users with a scope. It avoids LIKE, which ignores case on SQLite and would also match `Users:Write`. */
export function holdsScope(scope: string) {
  return sql<boolean>`replace(' ' || scopes || ' ', ${` ${scope} `}, '') <> ' ' || scopes || ' '`
}

/**
 * Matches administrators. The text is the condition of the index `users_administrators`, because databases use a
 * partial index only if they see that a query implies its condition.
 */
export const isAdministrator = sql<boolean>`replace(' ' || scopes || ' ', ' users:write ', '') <> ' ' || scopes || ' '`

export function noSuchUser() {
  return notFound('There is no such user.')
}

/** Whether there is an enabled administrator. @param except the id of a user to leave out */
export async function hasAdministrator(db: Reader, except = ''): Promise<boolean> {
  const one = await db
    .selectFrom('users')
    .select('id')
    .where(isAdministrator)
    .where('disabled', '=', 0)
    .where('id', '!=', except)
    .limit(1)
    .executeTakeFirst()
  return one !== undefined
}

/** Counts the enabled administrators, and those of them without a second factor. */
export async function countAdministrators(db: Reader): Promise<{ all: number; withoutSecondFactor: number }> {
  const { all, withoutSecondFactor } = await db
    .selectFrom('users')
    .select((users) => [
      users.fn.countAll().as('all'),
      users.fn.countAll().filterWhere('second_factors', '=', 0).as('withoutSecondFactor'),
    ])
    .where(isAdministrator)
    .where('disabled', '=', 0)
    .executeTakeFirstOrThrow()
  return { all: Number(all), withoutSecondFactor: Number(withoutSecondFactor) }
}

/**
 * Rejects a change that would leave no administrator. Call it after `awaitTurn`, so that no other change of rights
 * happens at the same time.
 * @param after the account after the change; undefined if it is being deleted
 * @throws {ApiError} 409 `last_administrator`
 */
export async function demandAdministrator(
  db: Reader,
  before: UserRow,
  after?: Pick<UserRow, 'scopes' | 'disabled'>,
): Promise<void> {
  if (!administers(before) || (after !== undefined && administers(after)) || (await hasAdministrator(db, before.id))) {
    return
  }
  throw new ApiError('last_administrator')
}

function administers({ scopes, disabled }: Pick<UserRow, 'scopes' | 'disabled'>) {
  return disabled === 0 && scopesOf(scopes).includes(administratorScope)
}
