import type { Passkeys } from '../factors/index.ts'
import type { AccountMail } from '../one-time-tokens/index.ts'
import type { UserRow, Writer } from '../store/index.ts'
import type { Attempts, KnownLocations } from '../throttling/index.ts'
import type { Sessions } from '../tokens/index.ts'

interface Dependencies {
  sessions: Sessions
  attempts: Attempts
  knownLocations: KnownLocations
  accountMail: AccountMail
  passkeys: Passkeys
  /** Milliseconds since the epoch. */
  now: () => number
}

/** What a reset by e-mail changes beside the password. */
interface Reset {
  /** Whether the e-mail address is verified from now on. */
  isVerified: boolean
  /** Whether the second factors were removed. */
  areFactorsRemoved: boolean
}

export type ReplacePassword = ReturnType<typeof createReplacePassword>

/** Replaces a password, after a change or a reset. */
export function createReplacePassword({
  sessions,
  attempts,
  knownLocations,
  accountMail,
  passkeys,
  now,
}: Dependencies) {
  /**
   * Replaces the password and removes everything that the previous one protected: sessions, links and codes, a pending
   * e-mail address, known locations and failed attempts. Notifies the user. The transaction must have locked the user's
   * row.
   */
  return async function replacePassword(
    db: Writer,
    user: UserRow,
    hash: string,
    { isVerified, areFactorsRemoved }: Reset = { isVerified: user.email_verified === 1, areFactorsRemoved: false },
  ): Promise<void> {
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
    // Codes of second factors stay locked. Otherwise a stranger with access to the mailbox could guess them for ever.
    await attempts.unlockAccount(db, user.id, areFactorsRemoved ? ['password', 'otp'] : ['password'])
    await knownLocations.forget(db, user.id)
    await accountMail.revokeTokens(db, user.id)
    await accountMail.notify(db, { ...user, ...columns }, 'password_changed', {
      resetUrl: accountMail.resetUrl,
      // They survive, so that an attacker's passkey has to be noticed. An attacker may have chosen the names.
      passkeys: (await passkeys.list(db, user.id)).map(({ authenticator, createdAt }) => ({
        authenticator,
        addedAt: new Date(createdAt),
      })),
      areFactorsRemoved,
    })
  }
}
