import t, { type Test } from 'tap'
import { createAttempts } from '../../src/throttling/attempts.ts'
import type { UserRow } from '../../src/store/schema.ts'
import { openStore } from '../../src/store/store.ts'
import { createMasterKey } from '../../src/keys/master-key.ts'
import { createClock, databaseOf, day, hour, minute, onBoth, secretFor, type DatabaseKind } from '../support/build.ts'
import { addressOf } from '../support/throttling.ts'

onBoth(
  t,
  'what is over is removed; what stays is what still holds somebody up, or how many there were in a row',
  async (t, database) => {
    const { attempts, clock, placeOf, rowCount, user } = await open(t, database)
    await attempts.reserve('nobody', undefined, placeOf(0))
    await attempts.reserve('ada', user, placeOf(1))
    await attempts.reserve('ada', user, { ...placeOf(2), isKnown: true })
    t.equal(await rowCount(), 5 + 5 + 3)
    clock.advance(hour)
    await cleaned(attempts)
    t.equal(await rowCount(), 3 + 3 + 2, 'of an hour')
    clock.advance(23 * hour)
    await cleaned(attempts)
    t.equal(await rowCount(), 2, 'of a day')
    clock.advance(179 * day)
    await cleaned(attempts)
    t.equal(await rowCount(), 1, 'of a place that is not known any more')
  },
)

onBoth(
  t,
  'of more rows than there may be those go that would be over soonest; how many there were in a row stays',
  async (t, database) => {
    const { attempts, clock, placeOf, rowCount, user } = await open(t, database, 40)
    for (let index = 0; index < 30; index++) {
      clock.advance(minute)
      await attempts.reserve(`somebody ${index}`, index % 10 === 0 ? user : undefined, placeOf(index))
    }
    t.equal(await rowCount(), 30 * 5 - 2)
    await cleaned(attempts)
    t.ok((await rowCount()) <= 40 + 1)
    for (let time = 0; time < 4; time++) await attempts.reserve('somebody 29', undefined, placeOf(29))
    await t.rejects(
      attempts.reserve('somebody 29', undefined, placeOf(29)),
      { code: 'slow_down' },
      'what was counted last still is',
    )
    t.equal((await attempts.reserve('ada', user, placeOf(31))).inARow, 4)
  },
)

onBoth(t, 'an unlock forgets whatever counts against an account, and nothing else', async (t, database) => {
  const { attempts, placeOf, store, user } = await open(t, database)
  for (let index = 0; index < 10; index++) await attempts.reserve('ada', user, placeOf(index))
  for (let time = 0; time < 5; time++) await attempts.reserve('ada', user, placeOf(20))
  for (let time = 0; time < 5; time++) await attempts.reserve('eve', { ...user, id: 'eve' }, placeOf(20))
  t.ok((await attempts.reserve('ada', user, placeOf(21))).isShut)
  await t.rejects(attempts.reserve('ada', user, placeOf(20)), { code: 'slow_down' })
  await store.write((db) => attempts.unlock(db, user.id))
  t.match(await attempts.reserve('ada', user, placeOf(20)), { isShut: false, inARow: 1 })
  await t.rejects(attempts.reserve('eve', { ...user, id: 'eve' }, placeOf(20)), { code: 'slow_down' })
})

onBoth(t, 'what is given back leaves all as it was, however many others are under way', async (t, database) => {
  const { attempts, clock, placeOf, store, sum, user } = await open(t, database)
  for (let time = 0; time < 6; time++) {
    await attempts.reserve('ada', user, placeOf(0))
    clock.advance(minute)
  }
  const before = await sum()
  const attempt = await attempts.reserve('ada', user, placeOf(0))
  await attempt.takeBack()
  t.equal(await sum(), before)
  t.match(await attempts.reserve('ada', user, placeOf(0)), { inARow: 7 }, 'and no pause begins')
  await t.rejects(attempts.reserve('ada', user, placeOf(0)), { code: 'slow_down' })

  const afterwards = await sum()
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const attempt = await attempts.reserve(`somebody ${index % 5}`, undefined, placeOf(1 + (index % 11)))
      if (index % 3 === 0) await store.write((db) => attempt.accept(db))
      else await attempt.takeBack()
    }),
  )
  t.equal(await sum(), afterwards)
})

onBoth(t, 'of a hundred at once no more are allowed than of a hundred one after the other', async (t, database) => {
  const { attempts, placeOf, sum, user } = await open(t, database)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, () => attempts.reserve('ada', user, placeOf(0))),
  )
  t.strictSame(
    outcomes.map(({ status }) => status),
    [...Array(5).fill('fulfilled'), ...Array(95).fill('rejected')],
    'the first that came',
  )
  t.equal(await sum(), 5 * 5)
})

/** Counters over a database that nobody else uses, and somebody with an account. */
async function open(t: Test, database: DatabaseKind, mostRows?: number) {
  const { DATABASE_URL: url = '' } = await databaseOf(t, database)
  const store = await openStore(url)
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
    updated_at: 0,
  }
  const attempts = createAttempts({
    store,
    masterKey: createMasterKey(secretFor('master key')),
    limits: { free: 5, perHour: 100, inARow: 10 },
    now: clock.now,
    ...(mostRows === undefined ? {} : { mostRows }),
  })
  const rows = () => store.read((db) => db.selectFrom('throttles').selectAll().execute())
  return {
    attempts,
    clock,
    store,
    user,
    placeOf: (index: number) => ({
      network: addressOf(index),
      wide: [addressOf(index).replace(/\d+$/, '0/24')],
      device: undefined,
      isKnown: false,
    }),
    rowCount: async () => (await rows()).length,
    sum: async () => (await rows()).reduce((sum, { count }) => sum + count, 0),
  }
}

async function cleaned({ removeOver }: Awaited<ReturnType<typeof open>>['attempts']) {
  while ((await removeOver(20)) === 20);
}
