import { type Compilable, type RawBuilder, sql } from 'kysely'
import { hourMs } from '../lib/time.ts'
import type { Reader, Store, ThrottlesTable, Writer } from '../store/index.ts'
import type { Counter, RateLimit } from './rate-limits.ts'

/** A counter, and the limit of what it counts. */
export interface LimitedCounter {
  key: string
  limit: RateLimit
  /** The user whose unlock deletes the counter. */
  userId: string | null
  factor: ThrottlesTable['factor']
}

/** Attempts at one time to be added to a counter. */
export interface Addition extends LimitedCounter {
  attemptCount: number
  /** Milliseconds since the epoch. */
  time: number
}

export type CounterRows = ReturnType<typeof createCounterRows>

/**
 * The statements on the rows of counters. They lock rows in the order of their keys. The texts do not
 * depend on the number of rows, because SQLite keeps the prepared statement of each text.
 */
export function createCounterRows(store: Store) {
  const keys = store.rowParameters({ key: 'text' })
  // Without a condition after the subquery, here and below, SQLite would take `on conflict` for that of a join.
  const lockQuery = (db: Reader) =>
    db
      .insertInto('throttles')
      .columns(['key', 'count', 'counted_at', 'ends_at'])
      .expression(sql`select key, 0, 0, 0 from ${keys.rows} as given where true`)
      .onConflict((conflict) => conflict.column('key').doUpdateSet((row) => ({ key: row.ref('excluded.key') })))
  const lock = store.prepareDeferred(lockQuery)
  const lockAndRead = store.prepareRows((db) => lockQuery(db).returning(['key', 'count', 'counted_at as countedAt']))

  const saved = store.rowParameters({
    key: 'text',
    user_id: 'text',
    factor: 'text',
    count: 'bigint',
    counted_at: 'bigint',
    ends_at: 'bigint',
  })
  const upsert = store.prepareDeferred((db) =>
    db
      .insertInto('throttles')
      .columns(['key', 'user_id', 'factor', 'count', 'counted_at', 'ends_at'])
      .expression(sql`select key, user_id, factor, count, counted_at, ends_at from ${saved.rows} as given where true`)
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet((row) => ({
          user_id: row.ref('excluded.user_id'),
          factor: row.ref('excluded.factor'),
          count: row.ref('excluded.count'),
          counted_at: row.ref('excluded.counted_at'),
          ends_at: row.ref('excluded.ends_at'),
        })),
      ),
  )

  const added = store.rowParameters({
    key: 'text',
    user_id: 'text',
    factor: 'text',
    attempt_count: 'bigint',
    time: 'bigint',
    max_count: 'bigint',
    reset_ms: 'bigint',
    interval_ms: 'bigint',
    lifetime_ms: 'bigint',
  })
  const addIfFree = store.prepareDeferred((db) => additionQuery(db, added.rows))

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

  const remove = store.prepareDeferred((db) => db.deleteFrom('throttles').where('key', '=', 'key'))

  return {
    /**
     * Locks the rows of counters until the transaction ends. Missing rows are inserted.
     * @param counters in the order of their keys
     */
    async lock(db: Writer, counters: LimitedCounter[]) {
      await lock(db, ...keys.encode(counters.map(({ key }) => ({ key }))))
    },

    /** Like `lock`, and reads them. */
    lockAndRead: (db: Writer, counters: LimitedCounter[]) =>
      lockAndRead(db, ...keys.encode(counters.map(({ key }) => ({ key })))),

    /** Writes counters whose rows are locked. */
    async save(db: Writer, counters: (LimitedCounter & Counter)[]) {
      const rows = counters.map(({ key, userId, factor, count, countedAt, limit: { lifetimeMs } }) => ({
        key,
        user_id: userId,
        factor,
        count,
        counted_at: countedAt,
        ends_at: lifetimeMs === null ? null : countedAt + lifetimeMs,
      }))
      if (rows.length > 0) await upsert(db, ...saved.encode(rows))
    },

    /**
     * Adds attempts to counters whose rows are locked if all counters are in their free range, otherwise to none.
     * @returns a promise for the counters with their new counts; no rows if nothing was added
     */
    async addIfFree(db: Writer, additions: Addition[]) {
      const rows = additions.map(({ key, userId, factor, attemptCount, time, limit: { free, lifetimeMs } }) => ({
        key,
        user_id: userId,
        factor,
        attempt_count: attemptCount,
        time,
        max_count: free.maxCount,
        reset_ms: free.resetMs,
        interval_ms: free.intervalMs,
        lifetime_ms: lifetimeMs,
      }))
      return addIfFree(db, ...added.encode(rows))
    },

    /** Takes attempts back, unless the counter has been reset since. */
    subtract: (db: Writer, key: string, attempts: number, setBackMs: number) =>
      subtract(db, attempts, setBackMs, setBackMs, key, attempts),

    /** Deletes counters, one after another. */
    async delete(db: Writer, counters: LimitedCounter[]) {
      for (const { key } of counters.toSorted(byKey)) await remove(db, key)
    },
  }
}

/** The order in which all transactions lock rows, so that no two wait for each other. */
export function byKey(one: LimitedCounter, other: LimitedCounter) {
  return one.key < other.key ? -1 : 1
}

/** The addition to counters. It calculates as the limits in rate-limits.ts do in their free range. */
function additionQuery(db: Reader, added: RawBuilder<unknown>): Compilable<Pick<ThrottlesTable, 'key' | 'count'>> {
  const usedUpTo = sql`case
        when throttles.counted_at < added.time then added.time
        when throttles.counted_at > added.time + throttles.count * added.interval_ms
          then added.time + throttles.count * added.interval_ms
        else throttles.counted_at
      end + added.attempt_count * added.interval_ms`
  const statement = sql<Pick<ThrottlesTable, 'key' | 'count'>>`
    with added as ${added}
    update throttles set
      user_id = added.user_id,
      factor = added.factor,
      count = throttles.count + added.attempt_count,
      counted_at = ${usedUpTo},
      ends_at = ${usedUpTo} + added.lifetime_ms
    from added
    where throttles.key = added.key and not exists (
      -- SQLite runs a cross join in the written order.
      select 1 from added cross join throttles
      where throttles.key = added.key and (
        throttles.count + added.attempt_count > added.max_count
        or (throttles.count > 0 and throttles.counted_at <= added.time - added.reset_ms)
        or ${usedUpTo} > added.time + ${sql.lit(hourMs)}
      )
    )
    returning throttles.key, throttles.count`
  return { compile: () => statement.compile(db) }
}
