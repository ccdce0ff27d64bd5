import type { Audit } from '../audit/index.ts'
import { dailyMailLimit, type Notices } from '../mail/index.ts'
import type { UserRow, Writer } from '../store/index.ts'
import type { PendingAttempt } from './attempts.ts'

interface Dependencies {
  audit: Audit
  notices: Notices
  /** The page for a new password. */
  resetUrl: string
  /** Consecutive failures that lock an account. */
  failuresToLock: number
}

/**
 * Consecutive failures of which the owner is notified: every tenth one, so that the time of a failure hardly depends
 * on whether there is such a user.
 */
const failuresPerNotice = 10

export type FailureNotices = ReturnType<typeof createFailureNotices>

/**
 * Notifies the owner of failed attempts, once a day. The count is not exact: attempts that run at the same time may
 * be released.
 */
export function createFailureNotices({ audit, notices, resetUrl, failuresToLock }: Dependencies) {
  async function exists(db: Writer, { id }: UserRow) {
    return (await db.selectFrom('users').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
  }

  async function notifyOfFailures(db: Writer, user: UserRow, count: number) {
    await notices.notify(db, user, 'failed_attempts', { count }, dailyMailLimit)
  }

  async function notifyOfLock(
    db: Writer,
    user: UserRow,
    { consecutiveFailures, location: { isKnown }, origin }: PendingAttempt,
  ) {
    const isNotified = await notices.notify(
      db,
      user,
      isKnown ? 'location_locked' : 'account_locked',
      { count: failuresToLock, resetUrl },
      dailyMailLimit,
    )
    if (!isNotified && consecutiveFailures !== failuresToLock) return
    await audit.record(db, {
      event: 'account_locked',
      outcome: 'failure',
      userId: user.id,
      origin,
      details: { in_a_row: consecutiveFailures, known_location: isKnown },
    })
  }

  return {
    /** Within the transaction that records the failure. */
    async notify(db: Writer, user: UserRow, attempt: PendingAttempt): Promise<void> {
      const { consecutiveFailures } = attempt
      const isDue = consecutiveFailures % failuresPerNotice === 0 || consecutiveFailures === failuresToLock
      if (!isDue || !(await exists(db, user))) return
      if (consecutiveFailures < failuresToLock) await notifyOfFailures(db, user, consecutiveFailures)
      else await notifyOfLock(db, user, attempt)
    },
  }
}
