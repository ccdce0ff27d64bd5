import { fold } from '../lib/fold.ts'
import type { Store, UserRow } from '../store/index.ts'

export type UserLookup = ReturnType<typeof createUserLookup>

/** Finds users with prepared statements, for what happens at every sign-in. */
export function createUserLookup({ store }: { store: Store }) {
  const selectByUsername = store.prepare((db) => db.selectFrom('users').selectAll().where('username_fold', '=', 'fold'))
  const selectByEmail = store.prepare((db) =>
    db.selectFrom('users').selectAll().where('email_fold', '=', 'fold').where('email_verified', '=', 1),
  )
  const selectById = store.prepare((db) => db.selectFrom('users').selectAll().where('id', '=', 'id'))

  return {
    /** @param claim a username or verified e-mail address as typed, or the id of a user */
    async find(claim: { username: string } | { userId: string }): Promise<UserRow | undefined> {
      if ('userId' in claim) return selectById(claim.userId)
      const { username } = claim
      // No username contains an @.
      return username.includes('@') ? selectByEmail(fold(username), 1) : selectByUsername(fold(username))
    },
  }
}
