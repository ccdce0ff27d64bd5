import { Refusal } from '../errors.ts'
import { fold } from '../fold.ts'
import { networksOf, type Origin } from '../origin.ts'
import type { UserRow } from '../store/schema.ts'
import type { Store, Writer } from '../store/store.ts'
import type { MasterKey } from '../tokens/master-key.ts'
import { inARow, pausing, perHour, type Counter, type Limit } from './limits.ts'
import type { Place } from './places.ts'

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

/** Rows at most: about 20 MB, a few days of what people mistype on a busy service. */
const mostRows = 200_000

export type Attempts = ReturnType<typeof createAttempts>

/**
 * Counts tries at passwords and codes, before they are looked at: of many at once no more are looked at
 * than are allowed. Names and networks are known by their HMAC only. It is the same for names that nobody has.
 */
export function createAttempts ({ store, masterKey, limits, now }: Dependencies) {
  const ofName = pausing(limits.free)
  const ofWide = wideness.map((factor) => pausing(limits.free * factor))
  const ofNetwork = perHour(limits.perHour)
  const ofAccount = inARow()

  const takeBackFrom = store.prepareWrite((db) => db.updateTable('throttles')
    .set((row) => ({ count: row('count', '-', 0), counted_at: row('counted_at', '-', 0) })).where('key', '=', 'key').where('count', '>', 0))

  const keyOf = (...parts: string[]) => masterKey.mac('throttles', Buffer.from(JSON.stringify(parts))).toString('base64url')

  /** A known device is by itself: nobody else's attempts count against it, wherever it is. */
  function countersOf (name: string, user: UserRow | undefined, { network, wide, device }: Place): Counted[] {
    const userId = user?.id ?? null
    if (device !== undefined) return [{ key: keyOf('device', userId ?? '', device), limit: ofName, userId, isForgiven: true }]
    const folded = fold(name)
    return [
      { key: keyOf('name', folded, network), limit: ofName, userId, isForgiven: true },
      ...wide.flatMap((around, index) => ofWide[index] === undefined ? [] : { key: keyOf('name', folded, around), limit: ofWide[index], userId, isForgiven: false }),
      { key: keyOf('network', network), limit: ofNetwork, userId: null, isForgiven: false },
    ]
  }

  /** Each known place has its own; all that are not known share one. What nobody's name was tried for ends in a day. */
  function accountOf (name: string, user: UserRow | undefined, { network, device, isKnown }: Place): Counted {
    if (user === undefined) return { key: keyOf('nobody', fold(name)), limit: ofName, userId: null, isForgiven: false }
    const place = isKnown ? [device ?? network] : []
    return { key: keyOf('account', user.id, ...place), limit: ofAccount, userId: user.id, isForgiven: true }
  }

  /** Holds the rows of what is counted, in the same order whoever does so. */
  async function hold (db: Writer, counted: Counted[]): Promise<Map<string, Counter>> {
    const rows = await db.insertInto('throttles')
      .values(counted.map(({ key }) => ({ key, user_id: null, count: 0, counted_at: 0, ends_at: 0 })).toSorted((one, other) => one.key < other.key ? -1 : 1))
      .onConflict((conflict) => conflict.column('key').doUpdateSet((row) => ({ key: row.ref('excluded.key') })))
      .returning(['key', 'count', 'counted_at as countedAt']).execute()
    return new Map(rows.map(({ key, ...counter }) => [key, counter]))
  }

  function held (counters: Map<string, Counter>, { key }: Counted): Counter {
    return counters.get(key) ?? { count: 0, countedAt: 0 }
  }

  /** Their rows are held. */
  async function add (db: Writer, counters: Map<string, Counter>, counted: Counted[]) {
    const rows = counted.map((one) => {
      const next = one.limit.add(held(counters, one), now())
      return { key: one.key, user_id: one.userId, count: next.count, counted_at: next.countedAt, ends_at: one.limit.endsAt(next) }
    })
    await db.insertInto('throttles').values(rows).onConflict((conflict) => conflict.column('key').doUpdateSet((row) => ({
      user_id: row.ref('excluded.user_id'), count: row.ref('excluded.count'), counted_at: row.ref('excluded.counted_at'), ends_at: row.ref('excluded.ends_at'),
    }))).execute()
  }

  /** @returns when it may be tried again, if not now */
  function closedUntil (counters: Map<string, Counter>, counted: Counted[]): number | undefined {
    const opensAt = Math.max(...counted.map((one) => one.limit.opensAt(held(counters, one), now())))
    return opensAt > now() ? opensAt : undefined
  }

  const lessen = async (db: Writer, { key, limit: { less } }: Counted) => { await takeBackFrom(db, -less.count, -less.countedAt, key, 0) }

  return {
    /**
     * Counts an attempt, if there may be one.
     * @param name as it was typed
     * @throws {Refusal} 429 `slow_down`; nothing is counted
     */
    async reserve (name: string, user: UserRow | undefined, place: Place): Promise<Attempt> {
      const counted = countersOf(name, user, place)
      const account = accountOf(name, user, place)
      const outcome = await store.write(async (db) => {
        const counters = await hold(db, [...counted, account])
        const opensAt = closedUntil(counters, counted)
        if (opensAt !== undefined) return { opensAt }
        const { count } = held(counters, account)
        const isShut = user !== undefined && count >= limits.inARow
        // What is shut is not counted on.
        await add(db, counters, isShut ? counted : [...counted, account])
        return { isShut, inARow: user === undefined ? 0 : count + 1 }
      })
      if ('opensAt' in outcome) throw slowDown(outcome.opensAt - now())

      const { isShut, inARow } = outcome
      const all = isShut ? counted : [...counted, account]
      return {
        isShut,
        inARow,
        async accept (db) {
          await db.deleteFrom('throttles').where('key', 'in', all.filter(({ isForgiven }) => isForgiven).map(({ key }) => key)).execute()
          for (const one of all) if (!one.isForgiven) await lessen(db, one)
        },
        takeBack: () => store.write(async (db) => { for (const one of all) await lessen(db, one) }),
      }
    },

    /**
     * Counts something that may be asked for so often in an hour from one network, and four times as often from those around it.
     * @throws {Refusal} 429 `slow_down`
     */
    async demandRate (kind: string, most: number, { address }: Origin): Promise<void> {
      const counted = networksOf(address ?? '').map((network, index) => ({ key: keyOf(kind, network), limit: perHour(most * 4 ** index), userId: null, isForgiven: false }))
      const opensAt = await store.write(async (db) => {
        const counters = await hold(db, counted)
        const opensAt = closedUntil(counters, counted)
        if (opensAt === undefined) await add(db, counters, counted)
        return opensAt
      })
      if (opensAt !== undefined) throw slowDown(opensAt - now())
    },

    /** Within a transaction: whatever counts against a user is forgotten, and the account is open. */
    unlock: (db: Writer, userId: string) => db.deleteFrom('throttles').where('user_id', '=', userId).execute(),

    /** What is of no use any more; and of more than there may be, what would be that soonest. @param most how many at once. @returns how many there were */
    async removeOver (most: number): Promise<number> {
      const excess = await store.read((db) => db.selectFrom('throttles').select('ends_at').where('ends_at', 'is not', null).orderBy('ends_at', 'desc').limit(1).offset(mostRows).executeTakeFirst())
      const end = Math.max(now(), excess?.ends_at ?? 0)
      const { numDeletedRows } = await store.write((db) => db.deleteFrom('throttles')
        .where('key', 'in', db.selectFrom('throttles').select('key').where('ends_at', '<=', end).limit(most))
        .executeTakeFirstOrThrow())
      return Number(numDeletedRows)
    },
  }
}

/** RFC 6585 4. @param milliseconds until it may be tried again */
function slowDown (milliseconds: number) {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  return new Refusal(429, 'slow_down', `Too many attempts. Wait ${seconds === 1 ? 'a second' : `${seconds} seconds`}, then try again.`, { headers: { 'retry-after': String(seconds) } })
}
