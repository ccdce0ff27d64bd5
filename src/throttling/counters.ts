import { sql } from 'kysely'
import { ApiError } from '../errors/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { batch } from '../lib/batch.ts'
import { dayMs, hourMs, maxClockSkewMs } from '../lib/time.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import type { Store, ThrottlesTable, Writer } from '../store/index.ts'
import type { PendingKeys } from './pending-keys.ts'
import type { Counter, RateLimit } from './rate-limits.ts'

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
export interface Counted {
  key: string
  limit: RateLimit
  /** The user whose unlock deletes the counter. */
  userId: string | null
  factor: ThrottlesTable['factor']
  /** Whether a successful attempt deletes the counter, or only takes itself back. */
  onSuccess: 'delete' | 'subtract'
}

type CountersByKey = Map<string, Counter>

/** The counters of an attempt with their values before it, which are needed to take the attempt back. */
export interface Reservation {
  counted: Counted[]
  before: CountersByKey
  /** Lets the attempts continue that wait for this one. */
  decide: () => void
}

/** An attempt on one counter, to be taken back. */
interface CountedOnce {
  key: string
  setBackMs: number
}

type CountResult = { opensAt: number; fullKeys: string[] } | { before: CountersByKey }

const maxBatchSize = 100

export type Counters = ReturnType<typeof createCounters>

/**
 * The counters in the database. They store only HMACs of names and networks. An attempt is counted before its password
 * is checked, so that simultaneous attempts cannot exceed a limit.
 */
export function createCounters({ store, masterKey, pendingKeys, now, takeBackMs, maxRows = 200_000 }: Dependencies) {
  const selectForUpdate = cachedByRowCount((rows) =>
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

  const upsert = cachedByRowCount((rows) =>
    store.prepareDeferred((db) =>
      db
        .insertInto('throttles')
        .values(
          Array.from({ length: rows }, () => ({
            key: 'key',
            user_id: 'user',
            factor: 'password' as const,
            count: 0,
            counted_at: 0,
            ends_at: 0,
          })),
        )
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet((row) => ({
            user_id: row.ref('excluded.user_id'),
            factor: row.ref('excluded.factor'),
            count: row.ref('excluded.count'),
            counted_at: row.ref('excluded.counted_at'),
            ends_at: row.ref('excluded.ends_at'),
          })),
        ),
    ),
  )

  /** A counter that has been reset meanwhile no longer contains the attempts. */
  const subtract = store.prepareDeferred((db) =>
    db
      .updateTable('throttles')
      .set((row) => ({
        count: row('count', '-', 0),
        counted_at: row('counted_at', '-', 0),
        ends_at: row('ends_at', '-', 0),
      }))
      .where('key', '=', 'key')
      .where('count', '>=', 0),
  )

  const deleteInOrder = cachedByRowCount((rows) =>
    store.prepareDeferred((db) =>
      db.deleteFrom('throttles').where(
        'key',
        'in',
        store.lock(
          db
            .selectFrom('throttles')
            .select('key')
            .where(
              'key',
              'in',
              Array.from({ length: rows }, () => 'key'),
            )
            .orderBy('key'),
        ),
      ),
    ),
  )

  /** Reads counters and locks their rows until the transaction ends. */
  async function lock(db: Writer, counted: Counted[]): Promise<CountersByKey> {
    const keys = uniqueInLockOrder(counted).map(({ key }) => key)
    const rows = await selectForUpdate(keys.length)(db, ...keys)
    return new Map(rows.map(({ key, ...counter }) => [key, counter]))
  }

  /** Writes counters whose rows are locked. */
  async function save(db: Writer, counted: Counted[], counters: CountersByKey) {
    if (counted.length === 0) return
    await upsert(counted.length)(
      db,
      ...counted.flatMap((one) => {
        const counter = counterOf(counters, one)
        return [one.key, one.userId, one.factor, counter.count, counter.countedAt, one.limit.expiresAt(counter)]
      }),
    )
  }

  /** Counts attempts. Those beyond a limit are not counted. */
  async function addAll(db: Writer, attempts: Counted[][]): Promise<CountResult[]> {
    const counters = await lock(db, attempts.flat())
    const added: Counted[] = []
    const results = attempts.map((counted) => {
      const time = now()
      const opensAt = (one: Counted) => one.limit.opensAt(counterOf(counters, one), time)
      const full = counted.filter((one) => opensAt(one) > time)
      if (full.length > 0) return { opensAt: Math.max(...full.map(opensAt)), fullKeys: full.map(({ key }) => key) }
      const before = new Map(counted.map((one) => [one.key, counterOf(counters, one)]))
      for (const one of counted) counters.set(one.key, one.limit.add(counterOf(counters, one), time))
      added.push(...counted)
      return { before }
    })
    await save(db, uniqueInLockOrder(added), counters)
    return results
  }

  // Simultaneous attempts are counted in batches. Otherwise each attempt would hold a database connection while it
  // waits for the same rows, and all other requests would wait for these connections.
  const countInBatch = batch((attempts: Counted[][]) => store.write((db) => addAll(db, attempts)), maxBatchSize)

  /** Takes attempts back. Their rows are locked one after another, in the order in which all transactions lock them. */
  async function takeBackAll(db: Writer, attempts: CountedOnce[]) {
    for (const key of [...new Set(attempts.map((one) => one.key))].toSorted()) {
      const ofKey = attempts.filter((one) => one.key === key)
      const setBackMs = ofKey.reduce((sum, one) => sum + one.setBackMs, 0)
      await subtract(db, ofKey.length, setBackMs, setBackMs, key, ofKey.length)
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
      const result = await countInBatch(counted)
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
        const result = await countInBatch(counted)
        if ('before' in result) {
          return { counted, before: result.before, decide: pendingKeys.begin(counted.map(({ key }) => key)) }
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
      const [result] = await addAll(db, [counted])
      if (result === undefined || 'opensAt' in result) throw slowDown((result?.opensAt ?? 0) - now())
      return { counted, before: result.before, decide: () => {} }
    },

    /**
     * Records that attempts succeeded, in the transaction of the action that required them. Where transactions run at
     * the same time, those on counters that many users share are taken back after the commit: otherwise all users in
     * one network would wait for it. If the instance ends in between, they stay counted.
     */
    async accept(db: Writer, ...reservations: Reservation[]): Promise<void> {
      const counted = reservations.flatMap((reservation) => reservation.counted)
      const deleted = counted.filter(({ onSuccess }) => onSuccess === 'delete').map(({ key }) => key)
      if (deleted.length > 0) await deleteInOrder(deleted.length)(db, ...deleted)
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

/** Caches prepared statements by their number of rows. Statements for many rows are rare and not cached. */
function cachedByRowCount<Statement>(prepare: (rows: number) => Statement): (rows: number) => Statement {
  const statements = new Map<number, Statement>()
  return (rows) => {
    const statement = statements.get(rows) ?? prepare(rows)
    if (rows <= 20) statements.set(rows, statement)
    return statement
  }
}

function countedOnce({ counted, before }: Reservation, isWanted: (one: Counted) => boolean): CountedOnce[] {
  return counted
    .filter(isWanted)
    .map((one) => ({ key: one.key, setBackMs: one.limit.setBackMs(counterOf(before, one)) }))
}

/** Sorts counters by key. All transactions lock them in this order, so that no two wait for each other. */
function uniqueInLockOrder(counted: Counted[]): Counted[] {
  return [...new Map(counted.map((one) => [one.key, one])).values()].toSorted((one, other) =>
    one.key < other.key ? -1 : 1,
  )
}

/** The value of a counter, which is zero while it has no row. */
export function counterOf(counters: CountersByKey, { key }: Counted): Counter {
  return counters.get(key) ?? { count: 0, countedAt: 0 }
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
