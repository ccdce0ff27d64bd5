import type { Audit, NewEvent, Origin } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import type { HashQueue } from '../passwords/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import { findUser, type UserClaim } from '../users/index.ts'
import type { AttemptCounters, CountedAttempt } from './attempt-counters.ts'
import type { Counters } from './counters.ts'
import type { FailureNotices } from './failure-notices.ts'
import type { KnownLocations, Location } from './known-locations.ts'

interface Dependencies {
  store: Store
  hashQueue: HashQueue
  knownLocations: KnownLocations
  counters: Counters
  attemptCounters: AttemptCounters
  failureNotices: FailureNotices
  audit: Audit
}

/** A user as a request names them: by what was typed, or by a session or link that has been verified. */
export type ClaimedUser = UserClaim & { username?: string | null }

/** The events that a wrong password or code is recorded as. */
type FailureEvent = 'sign_in_failed' | 'reauthentication_failed' | 'password_reset_failed' | 'email_verification_failed'

/** An attempt at a password or a code, before it is counted. */
export interface AttemptRequest {
  claimedUser: ClaimedUser
  factor: 'password' | 'mailed_code'
  /** The audit event that a failure is recorded as. */
  failureEvent: FailureEvent
  deviceToken?: string | undefined
  origin: Origin
}

/**
 * An attempt at a password or a code. It counts as a failure until it is accepted or released, and goes unchanged
 * from `reserve` to one of `accept`, `reject` and `release`.
 */
export interface PendingAttempt extends Omit<AttemptRequest, 'claimedUser' | 'deviceToken'>, CountedAttempt {
  /** Undefined when there is no such user: the attempt takes the same time, and fails. */
  user: UserRow | undefined
  location: Location
}

export type Attempts = ReturnType<typeof createAttempts>

/** Every path on which a password or a code is checked reserves an attempt first. */
export function createAttempts({
  store,
  hashQueue,
  knownLocations,
  counters,
  attemptCounters,
  failureNotices,
  audit,
}: Dependencies) {
  async function count(name: string, user: UserRow | undefined, location: Location, origin: Origin) {
    try {
      return await attemptCounters.reserve(name, user, location)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'slow_down') {
        await audit.reportRateLimited({ event: 'sign_in_throttled', outcome: 'failure', userId: user?.id, origin })
      }
      throw error
    }
  }

  return {
    /**
     * Counts the attempt as a failure, before anything is verified.
     * @throws {ApiError} 503 when the hash queue has no room, 429 `slow_down`; nothing is counted then
     */
    async reserve({ claimedUser, deviceToken, ...request }: AttemptRequest): Promise<PendingAttempt> {
      const { origin } = request
      // Under overload an attempt that no location could help is rejected before it costs a query.
      hashQueue.assertRoom(knownLocations.bestHashRequest(origin, deviceToken))
      const user = await store.read((db) => findUser(db, claimedUser))
      const location = await knownLocations.locate(user, origin, deviceToken)
      hashQueue.assertRoom(location.hashRequest)
      return { ...request, user, location, ...(await count(nameOf(claimedUser, user), user, location, origin)) }
    },

    /** The password or code was right. Within the transaction of what it was for. */
    accept: (db: Writer, { reservation }: PendingAttempt): Promise<void> => counters.accept(db, reservation),

    /** The password or code was wrong: records the failure, and notifies the owner of repeated ones. */
    async reject(attempt: PendingAttempt, reason: string): Promise<void> {
      const { user, factor, failureEvent, origin, reservation } = attempt
      const event: NewEvent<FailureEvent> = {
        event: failureEvent,
        outcome: 'failure',
        userId: user?.id,
        origin,
        details: { factor, reason },
      }
      try {
        if (user !== undefined) {
          await store.write(async (db) => {
            await audit.record(db, event)
            await failureNotices.notify(db, user, attempt)
          })
          return
        }
        // Attackers can name as many unknown users as they like. A response that waits for no write would tell that
        // there is no such user.
        await audit.reportRateLimited(event, { takesSameTime: true })
      } finally {
        reservation.decide()
      }
    },

    /** The password or code was not verified: the attempt does not count. */
    release: ({ reservation }: PendingAttempt): Promise<void> => counters.release(reservation),

    /** Attempts that wait for this one wait no longer. If it has not been accepted or released, it stays counted. */
    end: ({ reservation }: PendingAttempt): void => reservation.decide(),

    unlockAccount: attemptCounters.unlockAccount,

    deleteExpired: counters.deleteExpired,
  }
}

/** The name that an attempt counts under. A user who has just been deleted still counts under their own. */
function nameOf(claimed: ClaimedUser, user: UserRow | undefined): string {
  if (claimed.username != null) return claimed.username
  if (user === undefined) return 'userId' in claimed ? claimed.userId : ''
  // An unverified address may be another person's, whose counter this must not be.
  return user.username || (user.email_verified === 1 && user.email) || user.id
}
