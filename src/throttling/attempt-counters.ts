import { foldTyped } from '../lib/fold.ts'
import type { UserRow, Writer } from '../store/index.ts'
import { type Counted, counterOf, type Counters, type Reservation } from './counters.ts'
import type { Location } from './known-locations.ts'
import { backOff, consecutive } from './rate-limits.ts'
import { networkCounters } from './request-rates.ts'

/** See the settings. */
interface AttemptLimits {
  /** Free failures for one name from one network, before attempts have to wait. */
  freeFailures: number
  /** Failures from one network, for any name. */
  failuresPerHour: number
  /** Consecutive failures that lock an account. */
  failuresToLock: number
}

/** An attempt that has been counted as a failure. */
export interface CountedAttempt {
  /** Whether the account is locked for this location: a right password is rejected like a wrong one. */
  isLocked: boolean
  /** The consecutive failures of the account, with this one; 0 when there is no such account. */
  consecutiveFailures: number
  reservation: Reservation
}

/** How many times the free failures of one network are free for the networks around it. */
const surroundingFactors = [4, 10]

/** A location stays known for less time than its consecutive failures are remembered. */
const quietDays = { unknownUser: 1, knownLocation: 180 }

export type AttemptCounters = ReturnType<typeof createAttemptCounters>

/** Which counters an attempt at a password or a code counts on. They are the same for names that no user has. */
export function createAttemptCounters({ counters, limits }: { counters: Counters; limits: AttemptLimits }) {
  const nameLimit = backOff(limits.freeFailures)
  const surroundingLimits = surroundingFactors.map((factor) => backOff(limits.freeFailures * factor))

  /**
   * A known device has a counter to itself: attempts of others do not count against it. Attempts from neighbouring
   * networks do not count against a known network.
   */
  function locationCounters(
    name: string,
    user: UserRow | undefined,
    { network, surrounding, device, isKnown }: Location,
  ): Counted[] {
    const userId = user?.id ?? null
    if (device !== undefined) {
      return [{ key: counters.keyOf('device', userId ?? '', device.id), limit: nameLimit, userId, onSuccess: 'delete' }]
    }
    const folded = foldTyped(name)
    const neighbours = isKnown ? [] : surrounding
    return [
      { key: counters.keyOf('name', folded, network), limit: nameLimit, userId, onSuccess: 'delete' },
      ...neighbours.flatMap((network, index): Counted[] =>
        surroundingLimits[index] === undefined
          ? []
          : [
              {
                key: counters.keyOf('name', folded, network),
                limit: surroundingLimits[index],
                userId,
                onSuccess: 'subtract',
              },
            ],
      ),
      ...networkCounters(counters, 'network', limits.failuresPerHour, [network, ...neighbours]),
    ]
  }

  /** Consecutive failures: each known location has a counter of its own, all unknown ones share one. */
  function accountCounter(name: string, user: UserRow | undefined, { network, device, isKnown }: Location): Counted {
    if (user === undefined) {
      return {
        key: counters.keyOf('nobody', foldTyped(name)),
        limit: consecutive(quietDays.unknownUser),
        userId: null,
        onSuccess: 'subtract',
      }
    }
    return {
      key: isKnown ? counters.keyOf('account', user.id, device?.id ?? network) : counters.keyOf('account', user.id),
      limit: isKnown ? consecutive(quietDays.knownLocation) : consecutive(),
      userId: user.id,
      onSuccess: 'delete',
    }
  }

  return {
    /**
     * @param name as typed
     * @throws {ApiError} 429 `slow_down`; nothing is counted
     */
    async reserve(name: string, user: UserRow | undefined, location: Location): Promise<CountedAttempt> {
      const account = accountCounter(name, user, location)
      const reservation = await counters.reserve([...locationCounters(name, user, location), account])
      const { count } = counterOf(reservation.before, account)
      return {
        isLocked: user !== undefined && count >= limits.failuresToLock,
        consecutiveFailures: user === undefined ? 0 : count + 1,
        reservation,
      }
    },

    /**
     * Forgets all failures that count against a user, which unlocks the account.
     * @returns whether there were any
     */
    unlockAccount: (db: Writer, userId: string): Promise<boolean> => counters.deleteOfUser(db, userId),
  }
}
