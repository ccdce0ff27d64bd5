import type { Audit, NewEvent, Origin } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import type { HashQueue, HashRequest } from '../passwords/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { UserClaim } from '../users/index.ts'
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

/** The user that a request names, with a typed name or with a verified session or link. */
export type ClaimedUser = UserClaim & { username?: string | null }

/** The audit events for a wrong password or code. */
type FailureEvent = 'sign_in_failed' | 'reauthentication_failed' | 'password_reset_failed' | 'email_verification_failed'

/** An attempt to use a password, a code or a passkey, before it is counted. */
export interface AttemptRequest {
  claimedUser: ClaimedUser
  factor: 'password' | 'mailed_code' | 'otp' | 'passkey'
  /** The audit event with which a failure is recorded. */
  failureEvent: FailureEvent
  /** The session of a user who is signed in. Passkeys used there are counted apart. */
  sessionId?: string
  deviceToken?: string | undefined
  origin: Origin
}

/**
 * An attempt to use a password or code. It counts as a failure until it is accepted or released. `reserve` returns it,
 * and `accept`, `reject` or `release` takes it unchanged.
 */
export interface PendingAttempt extends Omit<AttemptRequest, 'claimedUser' | 'deviceToken'>, CountedAttempt {
  /** Undefined when there is no such user. The attempt then takes the same time and fails. */
  user: UserRow | undefined
  location: Location
  /** The origin of the hash of the password. A place in the queue is kept for it until the attempt is decided. */
  hashRequest: HashRequest
}

export type Attempts = ReturnType<typeof createAttempts>

/** Attempts to use a password or code. Every path on which one is checked reserves an attempt first. */
export function createAttempts({
  store,
  hashQueue,
  knownLocations,
  counters,
  attemptCounters,
  failureNotices,
  audit,
}: Dependencies) {
  function reportThrottled({ user, origin }: Pick<PendingAttempt, 'user' | 'origin'>): Promise<void> {
    return audit.reportRateLimited({ event: 'sign_in_throttled', outcome: 'failure', userId: user?.id, origin })
  }

  async function count(
    name: string,
    {
      user,
      location,
      factor,
      sessionId,
      origin,
    }: Pick<PendingAttempt, 'user' | 'location' | 'factor' | 'sessionId' | 'origin'>,
  ) {
    try {
      if (factor === 'passkey') return await attemptCounters.reservePasskey(user?.id ?? name, location, sessionId)
      return await attemptCounters.reserve(name, user, location, factor === 'otp' ? 'otp' : 'password')
    } catch (error) {
      if (error instanceof ApiError && error.code === 'slow_down') await reportThrottled({ user, origin })
      throw error
    }
  }

  return {
    /**
     * Counts an attempt as a failure, before the password or code is checked.
     * @param request the attempt
     * @throws {ApiError} 503 when the hash queue is full, 429 `slow_down` when a limit is reached; the attempt is not
     *   counted then
     */
    async reserve({ claimedUser, deviceToken, ...request }: AttemptRequest): Promise<PendingAttempt> {
      const { factor, origin } = request
      // The code of a reset sets a new password.
      const needsHash = factor === 'password' || request.failureEvent === 'password_reset_failed'
      // Under overload, an attempt that would be rejected from any location is rejected before it costs a query.
      if (needsHash) hashQueue.assertRoom(knownLocations.bestHashRequest(origin, deviceToken))
      const { user, location } = await knownLocations.findUserAt(claimedUser, origin, deviceToken)
      // Otherwise a crowd would pass the queue, be counted and rejected, and be taken back again.
      const ticket = needsHash ? hashQueue.reserve(location.hashRequest) : undefined
      const attempt = { ...request, user, location, hashRequest: ticket ?? location.hashRequest }
      try {
        const { reservation, ...counted } = await count(nameOf(claimedUser, user), attempt)
        const decide = () => {
          ticket?.release()
          reservation.decide()
        }
        return { ...attempt, ...counted, reservation: { ...reservation, decide } }
      } catch (error) {
        ticket?.release()
        throw error
      }
    },

    /**
     * Counts an attempt to use the code of a second factor, after the password of the same request was correct. This
     * saves a commit, and is possible because the transaction that checks the code has locked the user's row: no other
     * code of the user is checked meanwhile. It must be committed if the code is wrong. The network is not counted
     * again, since the attempt with the password has done so: if the code is wrong, use `releasePassword` for it.
     * @param first the attempt with the password
     * @throws {ApiError} 429 `slow_down` when a limit is reached, to be reported after the rollback
     */
    async reserveSecond(db: Writer, first: PendingAttempt & { user: UserRow }): Promise<PendingAttempt> {
      const { user, location } = first
      const counted = await attemptCounters.reserveSecond(nameOf({ userId: user.id }, user), user, location, db)
      return { ...first, factor: 'otp', ...counted }
    },

    /** Records that an attempt was not allowed because a limit was reached. */
    reportThrottled,

    /** Records that the password or code was correct, in the transaction of the action that required it. */
    accept: (db: Writer, ...accepted: PendingAttempt[]): Promise<void> =>
      counters.accept(db, ...accepted.map(({ reservation }) => reservation)),

    /**
     * Records that the password or code was wrong, and notifies the owner of repeated failures.
     * @param attempt the attempt
     * @param reason why it was rejected, a snake_case word for the audit log
     */
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
        // Attackers can try any number of unknown names, so these events are limited. A response that waited for no
        // write would be faster and reveal that there is no such user.
        await audit.reportRateLimited(event, { takesSameTime: true })
      } finally {
        reservation.decide()
      }
    },

    /** Takes an attempt back whose password or code was not checked, so that it does not count. */
    release: ({ reservation }: PendingAttempt): Promise<void> => counters.release(reservation),

    /** Takes the attempt with a correct password back whose code was wrong, except for what counts the network. */
    releasePassword: ({ reservation }: PendingAttempt): Promise<void> =>
      counters.release(reservation, ({ factor }) => factor !== null),

    /** Lets the attempts continue that wait for this one. Unless it was accepted or released, it stays counted. */
    end: ({ reservation }: PendingAttempt): void => reservation.decide(),

    unlockAccount: attemptCounters.unlockAccount,

    deleteExpired: counters.deleteExpired,
  }
}

/** The name that an attempt is counted under. Attempts on an account that has just been deleted are still counted. */
function nameOf(claimed: ClaimedUser, user: UserRow | undefined): string {
  if (claimed.username != null) return claimed.username
  if (user === undefined) return 'userId' in claimed ? claimed.userId : ''
  // An unverified address may belong to another person, whose counter must not be used.
  return user.username || (user.email_verified === 1 && user.email) || user.id
}
