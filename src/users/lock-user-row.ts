import { columnsOf, type Store, type UserRow, type Writer } from '../store/index.ts'

/**
 * Locks the row of a user until the transaction ends, so that changes of one user happen one after another. This is a
 * database lock, unrelated to accounts that are locked after failed sign-ins.
 * @returns the current row; undefined if the user was deleted, was disabled or changed the password in the meantime
 */
export async function lockUserRow(
  store: Store,
  db: Writer,
  { id, password_version: version }: Pick<UserRow, 'id' | 'password_version'>,
): Promise<UserRow | undefined> {
  const user = await store.lock(db.selectFrom('users').select(columnsOf.users).where('id', '=', id)).executeTakeFirst()
  return user?.password_version === version && user.disabled === 0 ? user : undefined
}
