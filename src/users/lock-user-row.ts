import { columnsOf, type Store, type UserRow, type Writer } from '../store/index.ts'

/**
 * Locks the row of a user until the transaction ends, so that changes of one user happen one after another. This has
 * nothing to do with an account that is locked after failed sign-ins.
 * @returns the present row; undefined when the user has been deleted or disabled, or has changed the password since
 */
export async function lockUserRow(
  store: Store,
  db: Writer,
  { id, password_version: version }: Pick<UserRow, 'id' | 'password_version'>,
): Promise<UserRow | undefined> {
  const user = await store.lock(db.selectFrom('users').select(columnsOf.users).where('id', '=', id)).executeTakeFirst()
  return user?.password_version === version && user.disabled === 0 ? user : undefined
}
