import { foldTyped } from '../lib/fold.ts'
import { columnsOf, type Reader, type UserRow } from '../store/index.ts'
import { noUsername } from './usernames.ts'

/** How a request names a user. */
export type UserClaim =
  | {
      /** A username or verified e-mail address as typed. */
      username: string
      /**
       * Whether an address that no user has verified finds the oldest user without a username that claims it. Set this
       * only where access to the mailbox is also required, since anyone can claim an address.
       */
      acceptsUnverified?: boolean
    }
  | { userId: string }

export function findUser(db: Reader, claim: UserClaim): Promise<UserRow | undefined> {
  return selectUser(db, claim).executeTakeFirst()
}

/** The query that finds a user. It reads no other columns and can be joined with other tables. */
export function selectUser(db: Reader, claim: UserClaim) {
  const users = db.selectFrom('users').select(columnsOf.users)
  if ('userId' in claim) return users.where('id', '=', claim.userId)
  const folded = foldTyped(claim.username)
  // Usernames contain no @.
  if (!folded.includes('@')) return users.where('username_fold', '=', folded)
  const matching = users.where('email_fold', '=', folded)
  if (claim.acceptsUnverified !== true) return matching.where('email_verified', '=', 1)
  return matching
    .where((row) => row.or([row('email_verified', '=', 1), row('username', '=', noUsername)]))
    .orderBy('email_verified', 'desc')
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
}

/** @returns the texts that a password of this user must not resemble */
export function aboutUser({ username, email, name }: Pick<UserRow, 'username' | 'email' | 'name'>): (string | null)[] {
  return [username, email, name]
}
