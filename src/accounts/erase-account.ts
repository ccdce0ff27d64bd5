import type { Audit, Origin } from '../audit/index.ts'
import type { AccountMail } from '../one-time-tokens/index.ts'
import type { UserRow, Writer } from '../store/index.ts'
import type { Attempts } from '../throttling/index.ts'
import { demandAdministrator, retiredNameOf } from '../users/index.ts'

interface Dependencies {
  accountMail: AccountMail
  attempts: Attempts
  audit: Audit
  /** Milliseconds since the epoch. */
  now: () => number
}

export type EraseAccount = ReturnType<typeof createEraseAccount>

/** Deletes an account for its owner or an administrator. */
export function createEraseAccount({ accountMail, attempts, audit, now }: Dependencies) {
  /**
   * Deletes everything that is stored about a user, except the audit log, and notifies the owner. The username cannot
   * be used again. The transaction must have called `awaitTurn` and locked the user's row.
   * @throws {ApiError} 409 `last_administrator`
   */
  return async function eraseAccount(
    db: Writer,
    user: UserRow,
    by: 'owner' | 'administrator',
    origin: Origin,
  ): Promise<void> {
    await demandAdministrator(db, user)
    const time = now()
    await attempts.unlockAccount(db, user.id)
    // Pending notices are still sent. The outbox keeps its rows for a day, so that deleting accounts resets no limit.
    await accountMail.revokeTokens(db, user.id)
    await accountMail.notify(db, user, 'account_deleted', { byAdministrator: by === 'administrator' })
    // Sessions and one-time tokens are deleted with the user.
    await db.deleteFrom('users').where('id', '=', user.id).execute()
    await db
      .insertInto('retired_usernames')
      .values({ name_hash: retiredNameOf(user.username_fold), retired_at: time })
      .execute()
    await audit.record(db, { event: 'account_deleted', userId: user.id, origin })
  }
}
