import { sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import { ApiError } from '../errors/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { batch } from '../lib/batch.ts'
import { dayMs, hourMs, maxClockSkewMs } from '../lib/time.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import type { Store, Writer } from '../store/index.ts'
import { type Addition, byKey, createCounterRows, type LimitedCounter } from './counter-rows.ts'
import type { PendingKeys } from './pending-keys.ts'

interface Dependencies {
  store: Store
  masterKey: MasterKey
  pendingKeys: PendingKeys
  /** Milliseconds since the epoch. */
  now: () => number
  /** How long a response waits until its attempts have been taken back, in milliseconds of real time. */
  takeBackMs: number
  /** The maximum number of counters that last for up to a day. 200,000 take about 20 MB. */
  maxRows?: number
}

/** A counter that an attempt increases. */
export interface Counted extends LimitedCounter {
  /** Whether a successful attempt deletes the counter, or only takes itself back. */
  onSuccess: 'delete' | 'subtract'
}

/** An attempt that has been counted. */
export interface Reservation {
  counted: Counted[]
  /** The counts of its counters before it, by key. */
  countsBefore: Map<string, number>
  /** Lets the attempts continue that wait for this one. */
  decide: () => void
}

/** An attempt on one counter, to be taken back. */
interface CountedOnce {
  key: string
  setBackMs: number
}

type CountResult = { opensAt: number; fullKeys: string[] } | { countsBefore: Map<string, number> }

/** The maximum number of full counters that are remembered. */
const maxFullKeys = 10_000

const maxBatchSize = 100

export type Counters = ReturnType<typeof createCounters>

/**
 * The counters in the database. They store only HMACs of names and networks. An attempt is counted before its password
 * is checked, so that simultaneous attempts cannot exceed a limit.
 */
export function createCounters({ store, masterKey, pendingKeys, now, takeBackMs, maxRows = 200_000 }: Dependencies) {
  const counterRows = createCounterRows(store)
  /** The keys of counters that were full when they were last read. */
  const fullKeys = new LRUCache<string, true>({ max: maxFullKeys })

  /**
   * Counts attempts if all of their counters are in their free range, otherwise none. It takes one round trip, so no
   * instance waits for a lock while another one waits for the network.
   * @returns the results in order; all are undefined if no attempt was counted
   */
  async function addTogether(attempts: Counted[][]): Promise<(CountResult | undefined)[]> {
    const { additions, added } = await store.write(async (db) => {
      const time = now()
      const additions = new Map<string, Addition>()
      for (const one of attempts.flat()) {
        const attemptCount = (additions.get(one.key)?.attemptCount ?? 0) + 1
        additions.set(one.key, { ...one, time, attemptCount })
      }
      const inOrder = [...additions.values()].toSorted(byKey)
      await counterRows.lock(db, inOrder)
      return { additions, added: await counterRows.addIfFree(db, inOrder) }
    })
    const counts = new Map((await added.rows).map(({ key, count }) => [key, count]))
    if (counts.size === 0) return attempts.map(() => undefined)
    for (const { key, attemptCount } of additions.values()) counts.set(key, (counts.get(key) ?? 0) - attemptCount)
    return attempts.map((counted) => {
      const countsBefore = new Map(counted.map(({ key }) => [key, counts.get(key) ?? 0]))
      for (const [key, count] of countsBefore) counts.set(key, count + 1)
      return { countsBefore }
    })
  }

  /** Counts attempts one after another. Those beyond a limit are not counted. */
  async function addEach(db: Writer, attempts: Counted[][]): Promise<CountResult[]> {
    const inOrder = [...new Map(attempts.flat().map((one) => [one.key, one])).values()].toSorted(byKey)
    const locked = await counterRows.lockAndRead(db, inOrder)
    const counters = new Map(locked.map(({ key, ...counter }) => [key, counter]))
    const counterOf = ({ key }: Counted) => counters.get(key) ?? { count: 0, countedAt: 0 }
    const time = now()
    const opensAt = (one: Counted) => one.limit.opensAt(counterOf(one), time)
    const isFull = (one: Counted) => opensAt(one) > time

    const addedKeys = new Set<string>()
    const results = attempts.map((counted) => {
      const full = counted.filter(isFull)
      if (full.length > 0) return { opensAt: Math.max(...full.map(opensAt)), fullKeys: full.map(({ key }) => key) }
      const countsBefore = new Map(counted.map((one) => [one.key, counterOf(one).count]))
      for (const one of counted) {
        counters.set(one.key, one.limit.add(counterOf(one), time))
        addedKeys.add(one.key)
      }
      return { countsBefore }
    })
    for (const one of inOrder) {
      if (isFull(one)) fullKeys.set(one.key, true)
      else fullKeys.delete(one.key)
    }
    const added = inOrder.filter(({ key }) => addedKeys.has(key))
    await counterRows.save(
      db,
      added.map((one) => ({ ...one, ...counterOf(one) })),
    )
    return results
  }

  // Simultaneous attempts are counted in batches. Otherwise each attempt would hold a database connection while it
  // waits for the same rows, and all other requests would wait for these connections.
  const countTogether = batch(addTogether, maxBatchSize)
  const inOneTransaction = (attempts: Counted[][]) => store.write((db) => addEach(db, attempts))
  const countOnFull = batch(inOneTransaction, maxBatchSize)
  const countRest = batch(inOneTransaction, maxBatchSize)

  /**
   * Counts an attempt. One on a counter that was full has other batches: it would keep its batch from being counted
   * together, and others should not have to wait for many of these.
   */
  async function add(counted: Counted[]): Promise<CountResult> {
    if (counted.some(({ key }) => fullKeys.has(key))) return countOnFull(counted)
    return (await countTogether(counted)) ?? countRest(counted)
  }

  /** Takes attempts back. Their rows are locked one after another, in the order in which all transactions lock them. */
  async function takeBackAll(db: Writer, attempts: CountedOnce[]) {
    for (const key of [...new Set(attempts.map((one) => one.key))].toSorted()) {
      const ofKey = attempts.filter((one) => one.key === key)
      const setBackMs = ofKey.reduce((sum, one) => sum + one.setBackMs, 0)
      await counterRows.subtract(db, key, ofKey.length, setBackMs)
    }
  }

  // Simultaneous attempts from one network are taken back together.
  const takeBackInBatch = batch(async (batches: CountedOnce[][]) => {
    await store.complete((db) => takeBackAll(db, batches.flat()))
    return batches.map(() => undefined)
  }, maxBatchSize)

  /** Deletes counters that expire between two times. */
  async function deleteEnding(from: number, until: number, max: number): Promise<number> {
    if (until < from) return 0
    const { numDeletedRows } = await store.write((db) =>
      db
        .deleteFrom('throttles')
        .where(
          'key',
          'in',
          db
            .selectFrom('throttles')
            .select('key')
            .where('ends_at', '>=', from)
            .where('ends_at', '<=', until)
            .limit(max),
        )
        // A counter that has been increased meanwhile is kept.
        .where('ends_at', '<=', until)
        .executeTakeFirstOrThrow(),
    )
    return Number(numDeletedRows)
  }

  async function takeBack(attempts: CountedOnce[]): Promise<void> {
    if (attempts.length > 0) await takeBackInBatch(attempts)
  }

  return {
    /** Makes the key of a counter: an HMAC of what it counts, such as a name and a network. */
    keyOf: (...parts: string[]) => masterKey.mac('throttles', Buffer.from(JSON.stringify(parts))).toString('base64url'),

    /**
     * Counts a request on all of these counters, or on none.
     * @param counted the counters
     * @throws {ApiError} 429 `slow_down` when one of the counters has reached its limit
     */
    async count(counted: Counted[]): Promise<void> {
      const result = await add(counted)
      if ('opensAt' in result) throw slowDown(result.opensAt - now())
    },

    /**
     * Counts an attempt on all of these counters, or on none. If a counter has reached its limit because of attempts
     * that are still pending, it waits for these.
     * @param counted the counters
     * @throws {ApiError} 429 `slow_down` when one of the counters has reached its limit
     */
    async reserve(counted: Counted[]): Promise<Reservation> {
      let deadline: AbortSignal | undefined
      for (;;) {
        const since = pendingKeys.decisionCount()
        const result = await add(counted)
        if ('countsBefore' in result) {
          return { counted, ...result, decide: pendingKeys.begin(counted.map(({ key }) => key)) }
        }
        deadline ??= pendingKeys.deadline()
        if (!(await pendingKeys.decided(result.fullKeys, since, deadline))) throw slowDown(result.opensAt - now())
      }
    },

    /**
     * Counts an attempt in the transaction that checks it. It is never pending, because others wait for its rows.
     * @param counted the counters
     * @throws {ApiError} 429 `slow_down` when one of the counters has reached its limit
     */
    async reserveWithin(db: Writer, counted: Counted[]): Promise<Reservation> {
      const [result] = await addEach(db, [counted])
      if (result === undefined || 'opensAt' in result) throw slowDown((result?.opensAt ?? 0) - now())
      return { counted, ...result, decide: () => {} }
    },

    /**
     * Records that attempts succeeded, in the transaction of the action that required them. Where transactions run at
     * the same time, those on counters that many users share are taken back after the commit: otherwise all users in
     * one network would wait for it. If the instance ends in between, they stay counted.
     */
    async accept(db: Writer, ...reservations: Reservation[]): Promise<void> {
      const counted = reservations.flatMap((reservation) => reservation.counted)
      await counterRows.delete(
        db,
        counted.filter(({ onSuccess }) => onSuccess === 'delete'),
      )
      const subtracted = reservations.flatMap((one) => countedOnce(one, ({ onSuccess }) => onSuccess === 'subtract'))
      if (store.hasSingleWriter) await takeBackAll(db, subtracted)
      store.afterCommit(db, async () => {
        const takenBack = store.hasSingleWriter ? Promise.resolve() : takeBack(subtracted)
        const decided = takenBack.finally(() => {
          for (const { decide } of reservations) decide()
        })
        // The action has been committed, so nothing about its counters may fail or delay its response.
        await withTimeout(takeBackMs, decided).catch(() => {})
      })
    },

    /**
     * Takes an attempt back that neither succeeded nor failed.
     * @param shouldRelease which of its counters to release
     */
    async release(reservation: Reservation, shouldRelease = (_one: Counted) => true): Promise<void> {
      try {
        await takeBack(countedOnce(reservation, shouldRelease))
      } finally {
        reservation.decide()
      }
    },

    /**
     * Deletes the counters of a user.
     * @param factors what the counted attempts checked
     * @returns whether any of them still limited attempts
     */
    async deleteOfUser(db: Writer, userId: string, factors: NonNullable<Counted['factor']>[]): Promise<boolean> {
      // Versions without second factors, which may run during an upgrade, count without a factor.
      const factor = sql<string>`coalesce(factor, 'password')`
      const counters = db
        .selectFrom('throttles')
        .select(['count', 'ends_at'])
        .where('user_id', '=', userId)
        .where(factor, 'in', factors)
      const rows = await store.lock(counters.orderBy('key')).execute()
      await db.deleteFrom('throttles').where('user_id', '=', userId).where(factor, 'in', factors).execute()
      return rows.some(({ count, ends_at: endsAt }) => count > 0 && (endsAt === null || endsAt > now()))
    },

    /**
     * Deletes expired counters. When there are more than `maxRows` counters that last for up to a day, which an
     * attacker can cause, it also deletes those of them that expire next. Counters of hourly limits expire within an
     * hour and are kept: otherwise the attacker would reset these limits. Consecutive failures at known locations last
     * longer than a day, and there are only as many as locations.
     * @param max the maximum number of rows to delete
     * @returns the number of deleted rows; `max` if there may be more
     */
    async deleteExpired(max: number): Promise<number> {
      const expired = await deleteEnding(0, now(), max)
      if (expired === max) return expired
      const excess = await store.read((db) =>
        db
          .selectFrom('throttles')
          .select('ends_at')
          .where('ends_at', '<=', now() + dayMs + maxClockSkewMs)
          .orderBy('ends_at', 'desc')
          .limit(1)
          .offset(maxRows)
          .executeTakeFirst(),
      )
      return deleteEnding(now() + hourMs + maxClockSkewMs, excess?.ends_at ?? 0, max)
    },
  }
}

function countedOnce({ counted, countsBefore }: Reservation, isWanted: (one: Counted) => boolean): CountedOnce[] {
  return counted
    .filter(isWanted)
    .map(({ key, limit }) => ({ key, setBackMs: limit.setBackMs(countsBefore.get(key) ?? 0) }))
}

/**
 * Makes the error 429 with `Retry-After` (RFC 6585 4).
 * @param milliseconds the time until the next attempt is allowed
 */
function slowDown(milliseconds: number) {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  return new ApiError('slow_down', {
    detail: `Too many attempts. Wait ${seconds === 1 ? 'a second' : `${seconds} seconds`}, then try again.`,
    headers: { 'retry-after': String(seconds) },
  })
}
