import { fold } from '../lib/fold.ts'
import type { Reader, UserRow } from '../store/index.ts'

/** @param name a username, or an e-mail that is verified. No username holds an @. */
export function findUser(db: Reader, name: string): Promise<UserRow | undefined> {
  const users = db.selectFrom('users').selectAll()
  const one = name.includes('@')
    ? users.where('email_fold', '=', fold(name)).where('email_verified', '=', 1)
    : users.where('username_fold', '=', fold(name))
  return one.executeTakeFirst()
}

/** What nobody should make a password of. */
export function aboutUser({ username, email, name }: Pick<UserRow, 'username' | 'email' | 'name'>): (string | null)[] {
  return [username, email, name]
}
