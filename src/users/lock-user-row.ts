import type { Store, UserRow, Writer } from '../store/index.ts'

/**
 * Holds the row of a user until the transaction ends, so that what is done to one user is done one
 * after another.
 * @returns how it is now; undefined when the user is gone, disabled or has another password since it was read
 */
export async function lockUserRow(
  store: Store,
  db: Writer,
  { id, password_version: version }: Pick<UserRow, 'id' | 'password_version'>,
): Promise<UserRow | undefined> {
  const user = await store.lock(db.selectFrom('users').selectAll().where('id', '=', id)).executeTakeFirst()
  return user?.password_version === version && user.disabled === 0 ? user : undefined
}
