import type { Audit } from '../audit/index.ts'
import { accountShut, attemptsFailed, type Notices, onceADay, placeShut } from '../mail/index.ts'
import type { UserRow, Writer } from '../store/index.ts'
import type { PendingAttempt } from './attempts.ts'

interface Dependencies {
  audit: Audit
  notices: Notices
  /** The page for a new password. */
  resetUrl: string
  /** Consecutive failures that lock an account. */
  failuresToLock: number
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Consecutive failures of which the owner is notified. */
const failuresToNotify = 10

export type FailureNotices = ReturnType<typeof createFailureNotices>

/**
 * Notifies the owner of failed attempts, once a day. The count is not exact: attempts that run at the same time may
 * be released.
 */
export function createFailureNotices({ audit, notices, resetUrl, failuresToLock, now }: Dependencies) {
  async function exists(db: Writer, { id }: UserRow) {
    return (await db.selectFrom('users').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
  }

  async function notifyOfFailures(db: Writer, user: UserRow, count: number) {
    await notices.tell(db, user, 'attempts failed', (about) => attemptsFailed({ ...about, count, at: now() }), onceADay)
  }

  async function notifyOfLock(
    db: Writer,
    user: UserRow,
    { consecutiveFailures, location: { isKnown }, origin }: PendingAttempt,
  ) {
    const letterOf = isKnown ? placeShut : accountShut
    const isNotified = await notices.tell(
      db,
      user,
      isKnown ? 'place shut' : 'account shut',
      (about) => letterOf({ ...about, count: failuresToLock, resetUrl, at: now() }),
      onceADay,
    )
    if (!isNotified && consecutiveFailures !== failuresToLock) return
    await audit.record(db, {
      event: 'account_shut',
      outcome: 'failure',
      userId: user.id,
      origin,
      details: { in_a_row: consecutiveFailures, known_place: isKnown },
    })
  }

  return {
    /** Within the transaction that records the failure. */
    async notify(db: Writer, user: UserRow, attempt: PendingAttempt): Promise<void> {
      const { consecutiveFailures } = attempt
      if (consecutiveFailures < failuresToNotify || !(await exists(db, user))) return
      if (consecutiveFailures < failuresToLock) await notifyOfFailures(db, user, consecutiveFailures)
      else await notifyOfLock(db, user, attempt)
    },
  }
}
