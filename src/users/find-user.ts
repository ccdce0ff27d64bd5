import { foldTyped } from '../lib/fold.ts'
import { columnsOf, type Reader, type UserRow } from '../store/index.ts'

/** @param claim a username or verified e-mail address as typed, or the id of a user */
export function findUser(db: Reader, claim: { username: string } | { userId: string }): Promise<UserRow | undefined> {
  const users = db.selectFrom('users').select(columnsOf.users)
  if ('userId' in claim) return users.where('id', '=', claim.userId).executeTakeFirst()
  const folded = foldTyped(claim.username)
  // No username contains an @.
  const matching = folded.includes('@')
    ? users.where('email_fold', '=', folded).where('email_verified', '=', 1)
    : users.where('username_fold', '=', folded)
  return matching.executeTakeFirst()
}

/** The texts that a password of this user must not resemble. */
export function aboutUser({ username, email, name }: Pick<UserRow, 'username' | 'email' | 'name'>): (string | null)[] {
  return [username, email, name]
}
