import type { Audit, EventName, NewEvent, Origin } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import { networkOf } from '../lib/networks.ts'
import { accountLocked, attemptsFailed, dailyMailLimit, locationLocked, type Notices } from '../mail/index.ts'
import type { Entrant, HashQueue } from '../passwords/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Attempts } from './attempts.ts'
import type { Place, Places } from './known-locations.ts'

interface Dependencies {
  store: Store
  gate: HashQueue
  attempts: Attempts
  places: Places
  audit: Audit
  notices: Notices
  /** Where somebody asks for a new password. */
  resetUrl: string
  /** Wrong passwords in a row after which an account is shut to those who are not known. */
  mostInARow: number
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Somebody who is to prove that they are a user. */
export interface Claim {
  /** As they typed it, or the username of whoever is signed in. */
  name: string
  user: UserRow | undefined
  origin: Origin
  deviceToken?: string | undefined
  /** What a failure is in the audit log. */
  failure: EventName
  factor: 'password' | 'mailed_code'
}

/** A try that is under way; it counts as a wrong one until it is accepted or taken back. */
export interface Trial {
  place: Place
  entrant: Entrant
  /** Whether nobody gets in from there, with whatever. */
  isShut: boolean
  /** It was right; within the transaction of what it was for. */
  accept: (db: Writer) => Promise<void>
  /** It was wrong, and is told of. */
  reject: (reason: string) => Promise<void>
  /** Nobody has looked at it. */
  takeBack: () => Promise<void>
}

/** Wrong ones in a row of which the owner is told. */
const burst = 10

export type Guarding = ReturnType<typeof createGuarding>

/** What stands before every path on which somebody shows a password or a code. */
export function createGuarding({
  store,
  gate,
  attempts,
  places,
  audit,
  notices,
  resetUrl,
  mostInARow,
  now,
}: Dependencies) {
  async function reserve({ name, user, origin }: Claim, place: Place) {
    try {
      return await attempts.reserve(name, user, place)
    } catch (error) {
      if (error instanceof ApiError && error.statusCode === 429) {
        await audit.reportRateLimited({ event: 'sign_in_throttled', outcome: 'failure', userId: user?.id, origin })
      }
      throw error
    }
  }

  /** Tells the owner, once a day, and not at every one of a hundred. Which one it is at is not certain: one of several at once may be taken back. */
  async function warn(db: Writer, user: UserRow, inARow: number, { isKnown }: Place, origin: Origin) {
    if (inARow < burst || !(await isThere(db, user))) return
    if (inARow < mostInARow) {
      await notices.notify(
        db,
        user,
        'failed_attempts',
        (about) => attemptsFailed({ ...about, count: inARow, at: now() }),
        dailyMailLimit,
      )
      return
    }
    const letterOf = isKnown ? locationLocked : accountLocked
    const isTold = await notices.notify(
      db,
      user,
      isKnown ? 'location_locked' : 'account_locked',
      (about) => letterOf({ ...about, count: mostInARow, resetUrl, at: now() }),
      dailyMailLimit,
    )
    if (isTold || inARow === mostInARow) {
      await audit.record(db, {
        event: 'account_locked',
        outcome: 'failure',
        userId: user.id,
        origin,
        details: { in_a_row: inARow, known_location: isKnown },
      })
    }
  }

  async function isThere(db: Writer, { id }: UserRow) {
    return (await db.selectFrom('users').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
  }

  /** Of accounts that there are not, strangers can name as many as they like. */
  function reject(
    { user, origin, failure, factor }: Claim,
    reason: string,
    inARow: number,
    place: Place,
  ): Promise<void> {
    const event: NewEvent = {
      event: failure,
      outcome: 'failure',
      userId: user?.id,
      origin,
      details: { factor, reason },
    }
    if (user === undefined) return audit.reportRateLimited(event)
    return store.write(async (db) => {
      await audit.record(db, event)
      await warn(db, user, inARow, place, origin)
    })
  }

  return {
    /** @throws {ApiError} 503 when there is no room for a hash, not even for somebody who is known */
    demandRoom: ({ address }: Origin): void => gate.demandRoom({ network: networkOf(address ?? ''), isKnown: true }),

    /**
     * Counts the try before anybody looks at it.
     * @throws {ApiError} 503 when there is no room for a hash, 429 `slow_down`; nothing is counted then
     */
    async begin(claim: Claim): Promise<Trial> {
      const { user, origin, deviceToken } = claim
      const place = await places.find(user, origin, deviceToken)
      const entrant = { network: place.network, isKnown: place.isKnown }
      gate.demandRoom(entrant)
      const { isShut, inARow, accept, takeBack } = await reserve(claim, place)
      return {
        place,
        entrant,
        isShut,
        accept,
        takeBack,
        reject: (reason) => reject(claim, reason, inARow, place),
      }
    },
  }
}
