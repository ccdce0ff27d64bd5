import type { Audit } from '../audit/index.ts'
import { dailyMailLimit, type Notices } from '../mail/index.ts'
import type { UserRow, Writer } from '../store/index.ts'
import type { PendingAttempt } from './attempts.ts'

interface Dependencies {
  audit: Audit
  notices: Notices
  /** The URL of the page on which a user sets a new password. */
  resetUrl: string
  /** The consecutive failures that lock an account. */
  failuresToLock: number
}

/**
 * The owner is notified of every tenth consecutive failure. Notices are rare so that the response time of a failure
 * hardly depends on whether the user exists.
 */
const failuresPerNotice = 10

export type FailureNotices = ReturnType<typeof createFailureNotices>

/**
 * Notifies the owner of failed attempts, at most once a day. The reported count is approximate, because simultaneous
 * attempts may still be released.
 */
export function createFailureNotices({ audit, notices, resetUrl, failuresToLock }: Dependencies) {
  async function exists(db: Writer, { id }: UserRow) {
    return (await db.selectFrom('users').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
  }

  async function notifyOfFailures(db: Writer, user: UserRow, { factor, consecutiveFailures: count }: PendingAttempt) {
    if (factor === 'otp') await notices.notify(db, user, 'failed_codes', { count, resetUrl }, { limit: dailyMailLimit })
    else await notices.notify(db, user, 'failed_attempts', { count }, { limit: dailyMailLimit })
  }

  async function notifyOfLock(
    db: Writer,
    user: UserRow,
    { factor, consecutiveFailures, isCountedApart, origin }: PendingAttempt,
  ) {
    const details = { count: failuresToLock, resetUrl }
    const options = { limit: dailyMailLimit }
    const mailId =
      factor === 'otp'
        ? await notices.notify(db, user, 'codes_locked', { ...details, isKnownLocation: isCountedApart }, options)
        : await notices.notify(db, user, isCountedApart ? 'location_locked' : 'account_locked', details, options)
    if (mailId === undefined && consecutiveFailures !== failuresToLock) return
    await audit.record(db, {
      event: 'account_locked',
      outcome: 'failure',
      userId: user.id,
      origin,
      details: { factor, in_a_row: consecutiveFailures, known_location: isCountedApart },
    })
  }

  return {
    /**
     * Notifies the owner if a notice is due, in the transaction that records the failure.
     * @param db the transaction
     * @param user the owner of the account
     * @param attempt the failed attempt
     */
    async notify(db: Writer, user: UserRow, attempt: PendingAttempt): Promise<void> {
      const { consecutiveFailures } = attempt
      const isDue = consecutiveFailures % failuresPerNotice === 0 || consecutiveFailures === failuresToLock
      if (consecutiveFailures === 0 || !isDue || !(await exists(db, user))) return
      if (consecutiveFailures < failuresToLock) await notifyOfFailures(db, user, attempt)
      else await notifyOfLock(db, user, attempt)
    },
  }
}
