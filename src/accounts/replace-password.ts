import { passwordChanged } from '../mail/index.ts'
import type { Correspondence } from '../one-time-tokens/index.ts'
import type { UserRow, Writer } from '../store/index.ts'
import type { Attempts, Places } from '../throttling/index.ts'
import type { Sessions } from '../tokens/index.ts'

interface Dependencies {
  sessions: Sessions
  attempts: Attempts
  places: Places
  correspondence: Correspondence
  /** Milliseconds since the epoch. */
  now: () => number
}

export type PasswordReplacement = ReturnType<typeof createPasswordReplacement>

/** What happens whenever somebody gets another password, however they came to it. */
export function createPasswordReplacement({ sessions, attempts, places, correspondence, now }: Dependencies) {
  return {
    /**
     * Within a transaction that holds the row of the user: with the former password end the sessions,
     * what was mailed, another address that was to be verified, and what was known of places and wrong attempts. The owner is told.
     * @param isVerified whether the address is known to be theirs now
     */
    async replace(db: Writer, user: UserRow, hash: string, isVerified = user.email_verified === 1) {
      const time = now()
      const columns: Partial<UserRow> = {
        password_hash: hash,
        password_version: user.password_version + 1,
        email_verified: isVerified ? 1 : 0,
        pending_email: null,
        updated_at: time,
      }
      await db.updateTable('users').set(columns).where('id', '=', user.id).execute()
      await sessions.endAll(db, user.id)
      await attempts.unlock(db, user.id)
      await places.forget(db, user.id)
      await correspondence.voidProofs(db, user.id)
      await correspondence.notify(db, { ...user, ...columns }, 'password_changed', (about) =>
        passwordChanged({ ...about, resetUrl: correspondence.resetUrl, at: time }),
      )
    },
  }
}
