import { foldTyped } from '../lib/fold.ts'
import type { UserRow, Writer } from '../store/index.ts'
import type { Counted, Counters, Reservation } from './counters.ts'
import type { Location } from './known-locations.ts'
import { backOff, consecutive } from './rate-limits.ts'
import { networkCounters } from './request-rates.ts'

/** The limits of failed attempts, from the settings. */
interface AttemptLimits {
  /** The failures for one name from one network after which further attempts are delayed (`SIGN_IN_ATTEMPTS`). */
  freeFailures: number
  /** The maximum failures per hour from one network, for all names together (`SIGN_IN_FAILURES_PER_HOUR`). */
  failuresPerHour: number
  /** The consecutive failures that lock an account (`ACCOUNT_FAILURES`). */
  failuresToLock: number
}

/** An attempt that has been counted as a failure. */
export interface CountedAttempt {
  /** Whether the account is locked for this location, so that a correct password is rejected like a wrong one. */
  isLocked: boolean
  /** Whether the location has counters of its own, unlike all locations that are unknown for what is checked. */
  isCountedApart: boolean
  /** The consecutive failures of the account, including this one; 0 when there is no such account. */
  consecutiveFailures: number
  reservation: Reservation
}

/** The free failures of the surrounding networks, as multiples of the free failures of one network. */
const surroundingFactors = [4, 10]

/**
 * The days without failures after which consecutive failures are forgotten. Those of a known location are remembered
 * for longer than the location stays known.
 */
const quietDays = { unknownUser: 1, knownLocation: 180 }

/** Codes of second factors are counted apart from passwords. Mailed codes are counted like passwords. */
export type CountedFactor = NonNullable<Counted['factor']>

/**
 * Whether failures at a location are counted apart from those at unknown ones. For codes of second factors, the user
 * must have signed in there. A stranger who reads the mailbox could otherwise make any network known by a reset, and
 * guess codes from each.
 */
function isCountedApart({ isKnown, hasSignedIn }: Location, factor: CountedFactor): boolean {
  return factor === 'otp' ? hasSignedIn : isKnown
}

export type AttemptCounters = ReturnType<typeof createAttemptCounters>

/** Chooses the counters of an attempt. A name that no user has is counted in the same way as a user's name. */
export function createAttemptCounters({ counters, limits }: { counters: Counters; limits: AttemptLimits }) {
  const nameLimit = backOff(limits.freeFailures)
  const surroundingLimits = surroundingFactors.map((factor) => backOff(limits.freeFailures * factor))

  function keyOf(factor: CountedFactor, kind: string, ...parts: string[]) {
    return counters.keyOf(factor === 'password' ? kind : `${factor} ${kind}`, ...parts)
  }

  /**
   * The counters of the location. A known device has a counter of its own, so that attempts of other devices do not
   * count against it. Attempts from surrounding networks do not count against a known network.
   */
  function locationCounters(
    name: string,
    user: UserRow | undefined,
    location: Location,
    factor: CountedFactor,
  ): Counted[] {
    const { network, surrounding, device } = location
    const about = { userId: user?.id ?? null, factor }
    if (device !== undefined) {
      const key = keyOf(factor, 'device', user?.id ?? '', device.id)
      return [{ key, limit: nameLimit, ...about, onSuccess: 'delete' }]
    }
    const folded = foldTyped(name)
    const countedSurrounding = isCountedApart(location, factor) ? [] : surrounding
    return [
      { key: keyOf(factor, 'name', folded, network), limit: nameLimit, ...about, onSuccess: 'delete' },
      ...countedSurrounding.flatMap((network, index): Counted[] =>
        surroundingLimits[index] === undefined
          ? []
          : [
              {
                key: keyOf(factor, 'name', folded, network),
                limit: surroundingLimits[index],
                ...about,
                onSuccess: 'subtract',
              },
            ],
      ),
      ...networkCounters(counters, 'network', limits.failuresPerHour, [network, ...countedSurrounding]),
    ]
  }

  /** The counter of consecutive failures. Each known location has one of its own, all unknown locations share one. */
  function accountCounter(name: string, user: UserRow | undefined, location: Location, factor: CountedFactor): Counted {
    if (user === undefined) {
      return {
        key: keyOf(factor, 'nobody', foldTyped(name)),
        limit: consecutive(quietDays.unknownUser),
        userId: null,
        factor,
        onSuccess: 'subtract',
      }
    }
    const place = isCountedApart(location, factor) ? [location.device?.id ?? location.network] : []
    return {
      key: keyOf(factor, 'account', user.id, ...place),
      limit: place.length > 0 ? consecutive(quietDays.knownLocation) : consecutive(),
      userId: user.id,
      factor,
      onSuccess: 'delete',
    }
  }

  async function countAttempt(
    name: string,
    user: UserRow | undefined,
    location: Location,
    factor: CountedFactor,
    reserve: (counted: Counted[]) => Promise<Reservation>,
  ): Promise<CountedAttempt> {
    const account = accountCounter(name, user, location, factor)
    const reservation = await reserve([...locationCounters(name, user, location, factor), account])
    const count = reservation.countsBefore.get(account.key) ?? 0
    return {
      isLocked: user !== undefined && count >= limits.failuresToLock,
      isCountedApart: isCountedApart(location, factor),
      consecutiveFailures: user === undefined ? 0 : count + 1,
      reservation,
    }
  }

  return {
    /**
     * Counts an attempt as a failure.
     * @param name the name that the attempt is counted under, as typed
     * @param user the user; undefined when there is no such user
     * @param location the network and device of the attempt
     * @param factor what is checked
     * @throws {ApiError} 429 `slow_down` when a limit is reached; the attempt is not counted then
     */
    reserve: (name: string, user: UserRow | undefined, location: Location, factor: CountedFactor = 'password') =>
      countAttempt(name, user, location, factor, counters.reserve),

    /**
     * Counts the code of an attempt whose password has already been counted, in the transaction that checks it. The
     * network is not counted again: all other users in it would have to wait for the transaction.
     */
    reserveSecond: (name: string, user: UserRow, location: Location, db: Writer) =>
      countAttempt(name, user, location, 'otp', (counted) =>
        counters.reserveWithin(
          db,
          counted.filter(({ factor }) => factor !== null),
        ),
      ),

    /**
     * Counts an attempt to use a passkey as a failure. A passkey cannot be guessed, so this locks nothing: the limit
     * saves the work of verifying signatures. It holds for the passkeys of one user in one place. So failures at other
     * accounts do not delay them, and those of strangers delay neither known locations nor users who are signed in.
     * @param userId the owner of the passkey
     * @param location the network and device of the attempt
     * @param sessionId the session of a user who is signed in
     * @throws {ApiError} 429 `slow_down` when a limit is reached; the attempt is not counted then
     */
    async reservePasskey(
      userId: string,
      { network, surrounding, device, isKnown }: Location,
      sessionId: string | undefined,
    ): Promise<CountedAttempt> {
      const ownPlace = sessionId ?? device?.id ?? (isKnown ? network : undefined)
      const places = ownPlace === undefined ? [network, ...surrounding] : [ownPlace]
      const counted = networkCounters(counters, `passkeys of ${userId}`, limits.failuresPerHour, places)
      return {
        isLocked: false,
        isCountedApart: ownPlace !== undefined,
        consecutiveFailures: 0,
        reservation: await counters.reserve(counted),
      }
    },

    /**
     * Forgets the failures of a user, which unlocks the account.
     * @param factors by default all
     * @returns whether there were any
     */
    unlockAccount: (db: Writer, userId: string, factors: CountedFactor[] = ['password', 'otp']): Promise<boolean> =>
      counters.deleteOfUser(db, userId, factors),
  }
}
