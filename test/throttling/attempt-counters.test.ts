import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { createAttemptCounters } from '../../src/throttling/attempt-counters.ts'
import { productionTiming } from '../../src/config/timing.ts'
import { type Counted, createCounters, type Reservation } from '../../src/throttling/counters.ts'
import { createPendingKeys } from '../../src/throttling/pending-keys.ts'
import { backOff, consecutive, perHour } from '../../src/throttling/rate-limits.ts'
import type { OnStatement } from '../../src/store/observe-statements.ts'
import type { UserRow } from '../../src/store/schema.ts'
import { openStore } from '../../src/store/store.ts'
import { createMasterKey } from '../../src/keys/master-key.ts'
import {
  createClock,
  databaseOf,
  day,
  hour,
  minute,
  onBoth,
  second,
  secretFor,
  type DatabaseKind,
} from '../support/build.ts'
import { addressOf } from '../support/throttling.ts'

onBoth(
  t,
  'expired counters are deleted, except those that still delay an attempt and consecutive failures',
  async (t, database) => {
    const { attempts, counters, clock, locationOf, rowCount, user } = await open(t, database)
    await attempts.reserve('nobody', undefined, locationOf(0))
    await attempts.reserve('ada', user, locationOf(1))
    await attempts.reserve('ada', user, { ...locationOf(2), isKnown: true })
    t.equal(await rowCount(), 5 + 5 + 3)
    clock.advance(hour)
    await deleteAllExpired(counters)
    t.equal(await rowCount(), 3 + 3 + 2, 'after an hour')
    clock.advance(23 * hour)
    await deleteAllExpired(counters)
    t.equal(await rowCount(), 2, 'after a day')
    clock.advance(179 * day)
    await deleteAllExpired(counters)
    t.equal(await rowCount(), 1, 'after a location is no longer known')
  },
)

onBoth(
  t,
  'beyond the maximum number of rows those that expire first are deleted, but no hourly limits and known locations',
  async (t, database) => {
    const { attempts, counters, clock, locationOf, rows, user } = await open(t, database, { maxRows: 40 })
    await attempts.reserve('ada', user, { ...locationOf(90), isKnown: true })
    for (let index = 0; index < 30; index++) {
      clock.advance(minute)
      await attempts.reserve(`user ${index}`, index % 10 === 0 ? user : undefined, locationOf(index))
    }
    const names = Array.from({ length: 100 }, (_, index) => `name ${index}`)
    await Promise.all(names.map((name) => attempts.reserve(name, undefined, locationOf(40))))
    clock.advance(1)
    for (let time = 0; time < 4; time++) await attempts.reserve('user 29', undefined, locationOf(29))
    await deleteAllExpired(counters)
    const ends = (await rows()).map(({ ends_at: end }) => end ?? Infinity)
    t.ok(ends.filter((end) => end > clock.now() + hour && end <= clock.now() + day).length <= 40)
    t.equal(ends.filter((end) => end > clock.now() + day).length, 2, 'those of the account and its location remain')
    await t.rejects(
      attempts.reserve('eve', undefined, locationOf(40)),
      { code: 'slow_down' },
      'the hourly limit remains',
    )
    await t.rejects(
      attempts.reserve('user 29', undefined, locationOf(29)),
      { code: 'slow_down' },
      'the latest counters remain',
    )
    t.equal((await attempts.reserve('ada', user, locationOf(31))).consecutiveFailures, 4)
  },
)

onBoth(t, 'an unlock clears the failures of the account, and no others', async (t, database) => {
  const { attempts, locationOf, store, user } = await open(t, database)
  for (let index = 0; index < 10; index++) await attempts.reserve('ada', user, locationOf(index))
  for (let time = 0; time < 5; time++) await attempts.reserve('ada', user, locationOf(20))
  for (let time = 0; time < 5; time++) await attempts.reserve('eve', { ...user, id: 'eve' }, locationOf(20))
  t.ok((await attempts.reserve('ada', user, locationOf(21))).isLocked)
  await t.rejects(attempts.reserve('ada', user, locationOf(20)), { code: 'slow_down' })
  await store.write((db) => attempts.unlockAccount(db, user.id))
  t.match(await attempts.reserve('ada', user, locationOf(20)), { isLocked: false, consecutiveFailures: 1 })
  await t.rejects(attempts.reserve('eve', { ...user, id: 'eve' }, locationOf(20)), { code: 'slow_down' })
})

onBoth(t, 'a released attempt restores all counters, even among concurrent attempts', async (t, database) => {
  const { attempts, counters, clock, locationOf, store, sum, user } = await open(t, database)
  for (let time = 0; time < 6; time++) {
    await attempts.reserve('ada', user, locationOf(0))
    clock.advance(minute)
  }
  const before = await sum()
  const attempt = await attempts.reserve('ada', user, locationOf(0))
  await counters.release(attempt.reservation)
  t.equal(await sum(), before)
  t.match(await attempts.reserve('ada', user, locationOf(0)), { consecutiveFailures: 7 }, 'no delay begins')
  await t.rejects(attempts.reserve('ada', user, locationOf(0)), { code: 'slow_down' })

  const afterwards = await sum()
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const attempt = await attempts.reserve(`user ${index % 5}`, undefined, locationOf(1 + (index % 11)))
      if (index % 3 === 0) await store.write((db) => counters.accept(db, attempt.reservation))
      else await counters.release(attempt.reservation)
    }),
  )
  t.equal(await sum(), afterwards)
})

onBoth(t, 'a hundred concurrent attempts are limited like a hundred sequential ones', async (t, database) => {
  const { attempts, locationOf, sum, user } = await open(t, database)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, () => attempts.reserve('ada', user, locationOf(0))),
  )
  t.strictSame(
    outcomes.map(({ status }) => status),
    [...Array(5).fill('fulfilled'), ...Array(95).fill('rejected')],
    'the first ones',
  )
  t.equal(await sum(), 5 * 5)
})

onBoth(t, 'attempts that are counted together are counted as if one after another', async (t, database) => {
  const statements: string[] = []
  const { counters, clock, rows, store } = await open(t, database, {
    onStatement: (statement) => statements.push(statement.sql),
  })
  const limits = [backOff(3), backOff(20), perHour(6), perHour(100), consecutive(), consecutive(180)]
  const chosen = [[0], [1], [2], [3], [4, 5], [0, 1, 2, 3], [0, 4], [1, 3], [1, 5], [2, 4]]
  const countedAs = (kind: string, round: number) =>
    limits
      .map((limit, index): Counted => {
        return { key: `${index} ${kind}`, limit, userId: `${index}`, factor: 'password', onSuccess: 'subtract' }
      })
      .filter((_, index) => chosen[round % chosen.length]?.includes(index))
  const pausesMs = [0, 1, second, minute, 40 * second, 11 * minute, 2 * hour, day, -hour, -40 * second, 3 * day, -day]
  let roundsInSql = 0
  for (let round = 0; round < 120; round++) {
    clock.advance(pausesMs[(round * 7) % pausesMs.length] ?? 0)
    const attempts = 1 + (round % 3)
    statements.length = 0
    const together = await Promise.allSettled(
      Array.from({ length: attempts }, () => counters.reserve(countedAs('together', round))),
    )
    const locks = statements.filter((text) => text.startsWith('insert into "throttles"'))
    const additions = statements.filter((text) => text.trimStart().startsWith('with added'))
    roundsInSql += additions.length > 0 && locks.length === additions.length ? 1 : 0
    const apart: PromiseSettledResult<Reservation>[] = []
    for (let time = 0; time < attempts; time++) {
      const one = store.write((db) => counters.reserveWithin(db, countedAs('apart', round)))
      apart.push(...(await Promise.allSettled([one])))
    }
    t.strictSame(together.map(outcomeOf), apart.map(outcomeOf), `round ${round}`)
    const reservations = [together, apart].map((outcomes) =>
      outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
    )
    if (round % 4 === 0) {
      for (const reservation of reservations.flat()) await counters.release(reservation)
    }
    const rowsAs = async (kind: string) =>
      (await rows())
        .filter(({ key }) => key.endsWith(kind))
        .map(({ key, ...row }) => ({ ...row, key: key.replace(kind, '') }))
        .toSorted((one, other) => one.key.localeCompare(other.key))
    t.strictSame(await rowsAs('together'), await rowsAs('apart'), `after round ${round}`)
  }
  t.ok(roundsInSql > 60 && roundsInSql < 110, `${roundsInSql} rounds were decided in SQL`)
})

t.test('of simultaneous attempts on two instances, as many are counted as the limits allow (S7)', async (t) => {
  const one = await open(t, 'postgres')
  const other = await open(t, 'postgres', { url: one.url })
  for (const limit of [perHour(1), backOff(1)]) {
    for (let index = 0; index < 20; index++) {
      const counted: Counted[] = ['a', 'b'].map((kind) => {
        return { key: `${limit.lifetimeMs} ${index} ${kind}`, limit, userId: null, factor: null, onSuccess: 'subtract' }
      })
      const outcomes = await Promise.allSettled([one, other].map(({ counters }) => counters.reserve(counted)))
      t.strictSame(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
      for (const outcome of outcomes) if (outcome.status === 'rejected') t.match(outcome.reason, { code: 'slow_down' })
    }
  }
  t.strictSame(
    (await one.rows()).map(({ count }) => count),
    Array(80).fill(1),
  )
})

onBoth(t, 'attempts are counted when another version has added columns', async (t, database) => {
  const { attempts, locationOf, store, sum, user } = await open(t, database)
  for (const column of ['time', 'attempt_count', 'max_count', 'value']) {
    await store.write((db) => sql`alter table throttles add column ${sql.ref(column)} bigint`.execute(db))
  }
  await attempts.reserve('ada', user, locationOf(0))
  t.equal(await sum(), 5)
})

onBoth(t, 'attempts on a full counter do not delay others', async (t, database) => {
  const statements: string[] = []
  const { attempts, clock, locationOf, user } = await open(t, database, {
    onStatement: (statement) => statements.push(statement.sql),
  })
  for (let time = 0; time < 5; time++) await attempts.reserve('ada', user, locationOf(0))
  await t.rejects(attempts.reserve('ada', user, locationOf(0)), { code: 'slow_down' })
  statements.length = 0
  await Promise.allSettled([
    attempts.reserve('ada', user, locationOf(0)),
    attempts.reserve('nobody', undefined, locationOf(1)),
  ])
  const times = (pattern: RegExp) => statements.filter((text) => pattern.test(text)).length
  t.equal(times(/^\s*with added/), 1, 'the other one is counted in one step')
  t.equal(times(/^insert into "throttles" .*"excluded"."key"/s), 2)

  clock.advance(day)
  await attempts.reserve('ada', user, locationOf(0))
  statements.length = 0
  await attempts.reserve('ada', user, locationOf(0))
  t.equal(times(/^\s*with added/), 1, 'so is the first one when the counter is no longer full')
  t.equal(statements.length, 4, 'in one transaction')
})

function outcomeOf(outcome: PromiseSettledResult<Reservation>) {
  if (outcome.status === 'rejected') return outcome.reason.headers ?? outcome.reason
  return [...outcome.value.countsBefore.values()]
}

interface Options {
  /** The URL of a database that another test instance has opened, to share it. */
  url?: string
  maxRows?: number
  onStatement?: OnStatement
}

/** Counters in a separate database, and a user. */
async function open(t: Test, database: DatabaseKind, { url, maxRows, onStatement }: Options = {}) {
  url ??= (await databaseOf(t, database)).DATABASE_URL ?? ''
  const store = await openStore(url, productionTiming, { onStatement })
  t.teardown(() => store.close())
  const clock = createClock()
  const user: UserRow = {
    id: 'ada',
    username: 'ada',
    username_fold: 'ada',
    name: null,
    name_fold: null,
    email: null,
    email_fold: null,
    email_verified: 0,
    pending_email: null,
    password_hash: '',
    password_version: 1,
    scopes: '',
    disabled: 0,
    created_at: 0,
    signed_in_at: null,
    updated_at: 0,
    second_factors: 0,
    factors_version: 0,
  }
  const counters = createCounters({
    takeBackMs: 60_000,
    store,
    masterKey: createMasterKey(secretFor('master key')),
    // These tests never complete an attempt.
    pendingKeys: createPendingKeys({ maxWaiting: 0 }),
    now: clock.now,
    ...(maxRows === undefined ? {} : { maxRows }),
  })
  const attempts = createAttemptCounters({
    counters,
    limits: { freeFailures: 5, failuresPerHour: 100, failuresToLock: 10 },
  })
  const rows = () => store.read((db) => db.selectFrom('throttles').selectAll().execute())
  return {
    attempts,
    counters,
    clock,
    store,
    url,
    user,
    rows,
    locationOf: (index: number) => ({
      network: addressOf(index),
      surrounding: [addressOf(index).replace(/\d+$/, '0/24')],
      device: undefined,
      isKnown: false,
      hasSignedIn: false,
      hasSignedInSomewhere: false,
      hashRequest: { sharers: [], hasReservedRoom: false },
    }),
    rowCount: async () => (await rows()).length,
    sum: async () => (await rows()).reduce((sum, { count }) => sum + count, 0),
  }
}

async function deleteAllExpired({ deleteExpired }: Awaited<ReturnType<typeof open>>['counters']) {
  while ((await deleteExpired(20)) === 20);
}
