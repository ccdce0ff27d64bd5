import { sql } from 'kysely'
import type { Origin } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { batch } from '../lib/batch.ts'
import { fold } from '../lib/fold.ts'
import { networksOf } from '../lib/networks.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Place } from './known-locations.ts'
import { type Counter, inARow, type Limit, pausing, perHour } from './limits.ts'

/** What the limits are; see the settings. */
export interface AttemptLimits {
  /** Wrong ones that are free, for one name from one network. */
  free: number
  /** Wrong ones in an hour from one network, for whatever names. */
  perHour: number
  /** Wrong ones in a row, after which a password is shut. */
  inARow: number
}

interface Dependencies {
  store: Store
  masterKey: MasterKey
  limits: AttemptLimits
  /** Milliseconds since the epoch. */
  now: () => number
  /** Rows at most, beside those that never end: about 20 MB, a few days of what people mistype on a busy service. */
  mostRows?: number
}

/** Something that is counted, and how often it may be. */
interface Counted {
  key: string
  limit: Limit
  /** Whose account it is about. */
  userId: string | null
  /** What a right password does to it: that of the name is forgotten, in others this attempt alone. */
  isForgiven: boolean
}

/** By key. */
type Counters = Map<string, Counter>

/** When it may be tried again; or it has been counted, and the counters were like that before. */
type Outcome = { opensAt: number } | { former: Counters }

/** A try at a password or a code, which counts as a wrong one until it has been seen to be right. */
export interface Attempt {
  /** Whether the account is shut to whoever is there: a right password is then as good as a wrong one. */
  isShut: boolean
  /** Which of the wrong ones in a row it is, if it is one. */
  inARow: number
  /** It was right; within the transaction of what it was for. */
  accept: (db: Writer) => Promise<void>
  /** It was neither right nor wrong. */
  takeBack: () => Promise<void>
}

/** Attempts that are free from networks that one party may well have, beside those from a narrow one. */
const wideness = [4, 10]

/** Days for which the wrong ones in a row are remembered that were for nobody, and those from a known place: longer than it is known. */
const quiet = { nobody: 1, known: 180 }

/** So many are looked at together at most. */
const mostAtOnce = 100

export type Attempts = ReturnType<typeof createAttempts>

/**
 * Counts tries at passwords and codes, before they are looked at: of many at once no more are looked at
 * than are allowed. Names and networks are known by their HMAC only. It is the same for names that nobody has.
 */
export function createAttempts({ store, masterKey, limits, now, mostRows = 200_000 }: Dependencies) {
  const ofName = pausing(limits.free)
  const ofWide = wideness.map((factor) => pausing(limits.free * factor))

  const keyOf = (...parts: string[]) =>
    masterKey.mac('throttles', Buffer.from(JSON.stringify(parts))).toString('base64url')

  /** A known device is by itself: nobody else's attempts count against it, wherever it is. And those of its neighbours do not against a known network. */
  function countersOf(name: string, user: UserRow | undefined, { network, wide, device, isKnown }: Place): Counted[] {
    const userId = user?.id ?? null
    if (device !== undefined) {
      return [{ key: keyOf('device', userId ?? '', device), limit: ofName, userId, isForgiven: true }]
    }
    const folded = fold(name)
    const around = isKnown ? [] : wide
    return [
      { key: keyOf('name', folded, network), limit: ofName, userId, isForgiven: true },
      ...around.flatMap((network, index) =>
        ofWide[index] === undefined
          ? []
          : { key: keyOf('name', folded, network), limit: ofWide[index], userId, isForgiven: false },
      ),
      ...ratesOf('network', limits.perHour, [network, ...around]),
    ]
  }

  /** So many in an hour from one network, and four times as many from those around it. */
  function ratesOf(kind: string, most: number, networks: string[]): Counted[] {
    return networks.map((network, index) => ({
      key: keyOf(kind, network),
      limit: perHour(most * 4 ** index),
      userId: null,
      isForgiven: false,
    }))
  }

  /** Each known place has its own; all that are not known share one. */
  function accountOf(name: string, user: UserRow | undefined, { network, device, isKnown }: Place): Counted {
    if (user === undefined) {
      return { key: keyOf('nobody', fold(name)), limit: inARow(quiet.nobody), userId: null, isForgiven: false }
    }
    const counted = { userId: user.id, isForgiven: true }
    if (isKnown) return { key: keyOf('account', user.id, device ?? network), limit: inARow(quiet.known), ...counted }
    return { key: keyOf('account', user.id), limit: inARow(), ...counted }
  }

  const holdRows = byNumber((rows) =>
    store.prepareRows((db) =>
      db
        .insertInto('throttles')
        .values(
          Array.from({ length: rows }, () => ({
            key: 'key',
            count: sql.lit(0),
            counted_at: sql.lit(0),
            ends_at: sql.lit(0),
          })),
        )
        .onConflict((conflict) => conflict.column('key').doUpdateSet((row) => ({ key: row.ref('excluded.key') })))
        .returning(['key', 'count', 'counted_at as countedAt']),
    ),
  )

  const putRows = byNumber((rows) =>
    store.prepareWrite((db) =>
      db
        .insertInto('throttles')
        .values(
          Array.from({ length: rows }, () => ({ key: 'key', user_id: 'user', count: 0, counted_at: 0, ends_at: 0 })),
        )
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet((row) => ({
            user_id: row.ref('excluded.user_id'),
            count: row.ref('excluded.count'),
            counted_at: row.ref('excluded.counted_at'),
            ends_at: row.ref('excluded.ends_at'),
          })),
        ),
    ),
  )

  /** Holds the rows of what is counted. */
  async function hold(db: Writer, counted: Counted[]): Promise<Counters> {
    const keys = inOrder(counted).map(({ key }) => key)
    const rows = await holdRows(keys.length)(db, ...keys)
    return new Map(rows.map(({ key, ...counter }) => [key, counter]))
  }

  /** How often something has been counted by now. Its rows are held. */
  async function put(db: Writer, counted: Counted[], counters: Counters) {
    if (counted.length === 0) return
    await putRows(counted.length)(
      db,
      ...counted.flatMap((one) => {
        const counter = held(counters, one)
        return [one.key, one.userId, counter.count, counter.countedAt, one.limit.endsAt(counter)]
      }),
    )
  }

  /**
   * Counts what somebody does, unless they have to wait. Of many at once all would wait for the same rows, each
   * with a connection to the database, and everybody else for these: so they are looked at together.
   */
  const add = batch(
    (asked: Counted[][]) =>
      store.write(async (db): Promise<Outcome[]> => {
        const counters = await hold(db, asked.flat())
        const added: Counted[] = []
        const outcomes = asked.map((counted) => {
          const time = now()
          const opensAt = Math.max(...counted.map((one) => one.limit.opensAt(held(counters, one), time)))
          if (opensAt > time) return { opensAt }
          const former = new Map(counted.map((one) => [one.key, held(counters, one)]))
          for (const one of counted) counters.set(one.key, one.limit.add(held(counters, one), time))
          added.push(...counted)
          return { former }
        })
        await put(db, inOrder(added), counters)
        return outcomes
      }),
    mostAtOnce,
  )

  /** One that was counted, when the counters were like that, is not to count. @param which of those whose rows are held */
  async function subtract(db: Writer, counted: Counted[], former: Counters, which = (_one: Counted) => true) {
    const counters = await hold(db, counted)
    const still = counted.filter((one) => held(counters, one).count > 0 && which(one))
    for (const one of still) counters.set(one.key, one.limit.subtract(held(counters, one), held(former, one)))
    await put(db, still, counters)
  }

  return {
    /**
     * Counts an attempt, if there may be one.
     * @param name as it was typed
     * @throws {ApiError} 429 `slow_down`; nothing is counted
     */
    async reserve(name: string, user: UserRow | undefined, place: Place): Promise<Attempt> {
      const account = accountOf(name, user, place)
      const counted = [...countersOf(name, user, place), account]
      const outcome = await add(counted)
      if ('opensAt' in outcome) throw slowDown(outcome.opensAt - now())
      const { former } = outcome
      const { count } = held(former, account)
      return {
        isShut: user !== undefined && count >= limits.inARow,
        inARow: user === undefined ? 0 : count + 1,
        async accept(db) {
          await subtract(db, counted, former, ({ isForgiven }) => !isForgiven)
          await db
            .deleteFrom('throttles')
            .where(
              'key',
              'in',
              counted.filter(({ isForgiven }) => isForgiven).map(({ key }) => key),
            )
            .execute()
        },
        takeBack: () => store.write((db) => subtract(db, counted, former)),
      }
    },

    /**
     * Counts something that may be asked for so often in an hour from one network.
     * @throws {ApiError} 429 `slow_down`
     */
    async demandRate(kind: string, most: number, { address }: Origin): Promise<void> {
      const outcome = await add(ratesOf(kind, most, networksOf(address ?? '')))
      if ('opensAt' in outcome) throw slowDown(outcome.opensAt - now())
    },

    /** Within a transaction: whatever counts against a user is forgotten, and the account is open. */
    async unlock(db: Writer, userId: string) {
      const ofUser = db.selectFrom('throttles').select('key').where('user_id', '=', userId)
      // In the order in which everybody holds them.
      await store.lock(ofUser.orderBy('key')).execute()
      await db.deleteFrom('throttles').where('user_id', '=', userId).execute()
    },

    /** What is of no use any more; and of more than there may be, what would be that soonest. @param most how many at once. @returns how many there were */
    async removeOver(most: number): Promise<number> {
      const excess = await store.read((db) =>
        db
          .selectFrom('throttles')
          .select('ends_at')
          .where('ends_at', 'is not', null)
          .orderBy('ends_at', 'desc')
          .limit(1)
          .offset(mostRows)
          .executeTakeFirst(),
      )
      const end = Math.max(now(), excess?.ends_at ?? 0)
      const { numDeletedRows } = await store.write((db) =>
        db
          .deleteFrom('throttles')
          .where('key', 'in', db.selectFrom('throttles').select('key').where('ends_at', '<=', end).limit(most))
          // One that has been counted on meanwhile stays.
          .where('ends_at', '<=', end)
          .executeTakeFirstOrThrow(),
      )
      return Number(numDeletedRows)
    },
  }
}

/** The statement for so many rows; those for few are kept, which nearly all are. */
function byNumber<Statement>(make: (rows: number) => Statement): (rows: number) => Statement {
  const made = new Map<number, Statement>()
  return (rows) => {
    const statement = made.get(rows) ?? make(rows)
    if (rows <= 20) made.set(rows, statement)
    return statement
  }
}

/** Each once, as their rows are held, whoever does so: who held them in another order might wait for somebody who waits for them. */
function inOrder(counted: Counted[]): Counted[] {
  return [...new Map(counted.map((one) => [one.key, one])).values()].toSorted((one, other) =>
    one.key < other.key ? -1 : 1,
  )
}

function held(counters: Counters, { key }: Counted): Counter {
  return counters.get(key) ?? { count: 0, countedAt: 0 }
}

/** RFC 6585 4. @param milliseconds until it may be tried again */
function slowDown(milliseconds: number) {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  return new ApiError('slow_down', {
    detail: `Too many attempts. Wait ${seconds === 1 ? 'a second' : `${seconds} seconds`}, then try again.`,
    headers: { 'retry-after': String(seconds) },
  })
}
