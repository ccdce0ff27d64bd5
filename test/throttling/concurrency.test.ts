import t from 'tap'
import { createPendingKeys } from '../../src/throttling/pending-keys.ts'
import { build, createPostgresDatabase, onBoth, query, register, secretFor } from '../support/build.ts'
import {
  abroad,
  addressOf,
  buildGuarded,
  guessFrom,
  home,
  signInFrom,
  tally,
  usualLimits,
  watchHashes,
} from '../support/throttling.ts'
import { enrolled } from '../support/factors.ts'
import { connectedTo, inFrontOf, lockAwaited } from '../support/postgres.ts'

const fiftyIndexes = Array.from({ length: 50 }, (_, index) => index)

onBoth(t, 'simultaneous sign-ins with many names from many networks cause no deadlock', async (t, database) => {
  const { app, lines, people } = await buildGuarded(t, database)
  const names = ['ada', 'grace', 'alan', 'eve']
  await people(...names)
  for (let round = 0; round < 2; round++) {
    const statuses = await tally(
      Array.from({ length: 100 }, (_, index) => {
        const name = names[index % 4] ?? ''
        const address = addressOf((index * 7 + round) % 5)
        return index % 3 === 0
          ? signInFrom(app, address, name)
          : guessFrom(app, address, index % 5 === 0 ? `nobody ${index % 10}` : name)
      }),
    )
    t.strictSame(
      Object.keys(statuses).filter((code) => !['200', '401', '429'].includes(code)),
      [],
    )
  }
  t.notMatch(lines.join(''), /deadlock|40P01|"level":[56]0/)
})

t.test('simultaneous sign-ins on two instances cause no deadlock in PostgreSQL (fault 7)', async (t) => {
  const DATABASE_URL = await createPostgresDatabase(t)
  const environment = { ...usualLimits, DATABASE_URL, MASTER_KEY: secretFor('master key') }
  const instances = await Promise.all([0, 1].map(() => build(t, { environment })))
  for (const { app, clock } of instances.slice(0, 1)) {
    await register(app, 'ada')
    await enrolled(app, clock, 'grace')
  }
  for (let round = 0; round < 2; round++) {
    const statuses = await tally(
      instances.flatMap(({ app }) =>
        fiftyIndexes.map((index) => {
          const name = index % 2 === 0 ? 'ada' : 'grace'
          return index % 3 === 0
            ? signInFrom(app, addressOf((index + round) % 4), name, { otp: '000000' })
            : guessFrom(app, addressOf(index % 7), name)
        }),
      ),
    )
    t.strictSame(
      Object.keys(statuses).filter((code) => !['200', '400', '401', '429'].includes(code)),
      [],
    )
  }
  await Promise.all(instances.map(({ app }) => app.close()))
  const { pathname } = new URL(DATABASE_URL)
  t.match(
    await query(
      process.env.TEST_POSTGRES_URL ?? '',
      `select cast(deadlocks as integer) as deadlocks from pg_stat_database where datname = '${pathname.slice(1)}'`,
    ),
    [{ deadlocks: 0 }],
  )
})

t.test('a sign-in whose transaction is stuck delays no other user in its network', async (t) => {
  const { app, people, databaseUrl } = await buildGuarded(t, 'postgres')
  await people('ada', 'grace')
  await signInFrom(app, home, 'ada')
  const client = await connectedTo(t, databaseUrl)
  await client.query(
    "begin; select 1 from known_networks where user_id = (select id from users where username = 'ada') for update",
  )
  const stuck = signInFrom(app, home, 'ada')
  await lockAwaited(databaseUrl)
  t.equal((await signInFrom(app, home, 'grace')).statusCode, 200)
  t.equal((await guessFrom(app, home, 'grace')).statusCode, 401)
  await client.query('rollback')
  t.equal((await stuck).statusCode, 200)
})

t.test('a thousand simultaneous requests from one network leave the database usable for others', async (t) => {
  const { app, people } = await buildGuarded(t, 'postgres', { LOG_LEVEL: 'warn' })
  await people('ada')
  const flood = tally(Array.from({ length: 1000 }, () => guessFrom(app, abroad, 'eve')))
  const others = await tally([
    signInFrom(app, home, 'ada'),
    ...fiftyIndexes.map(() => app.inject({ url: '/health/ready' })),
  ])
  t.strictSame(others, { 200: 51 })
  const { 401: wrong, 429: throttled = 0, 503: rejected = 0 } = await flood
  t.strictSame([wrong, throttled + rejected], [5, 995], 'what the hash queue has no room for is not even counted')
})

t.test(
  'if PostgreSQL fails during a password check, the attempt stays counted, and the service recovers',
  async (t) => {
    const database = await createPostgresDatabase(t)
    const proxy = await inFrontOf(t, database)
    const { app } = await build(t, {
      environment: { ...usualLimits, DATABASE_URL: proxy.url, MASTER_KEY: secretFor('master key') },
    })
    await app.inject({ method: 'POST', url: '/auth/users', payload: { username: 'ada', password: secretFor('ada') } })
    for (const [ask, at] of [
      [guessFrom, home],
      [signInFrom, abroad],
    ] as const) {
      await query(database, 'delete from throttles')
      const hashes = watchHashes(t)
      const response = ask(app, at, 'ada')
      await hashes.untilBegun(1)
      await proxy.close()
      const { statusCode, headers } = await response
      t.match([statusCode, headers['retry-after']], [503, /^\d+$/])
      t.match(await query(database, 'select count from throttles where count > 0'), Array(5).fill({ count: 1 }))
      t.equal((await guessFrom(app, home, 'ada')).statusCode, 503)
      await proxy.open()
      t.equal((await signInFrom(app, home, 'ada')).statusCode, 200)
    }
  },
)

onBoth(t, 'thirty simultaneous valid sign-ins of a user from one network all succeed (A6)', async (t, database) => {
  const { app, counts, people } = await buildGuarded(t, database)
  await people('ada')
  t.strictSame(await tally(Array.from({ length: 30 }, () => signInFrom(app, home, 'ada'))), { 200: 30 })
  t.strictSame(await counts(), [])
})

onBoth(t, 'wrong passwords that wait for others are rejected once those were wrong (A6, S7)', async (t, database) => {
  const { app, counts, people } = await buildGuarded(t, database)
  await people('ada')
  const hashes = watchHashes(t)
  t.strictSame(await tally(fiftyIndexes.map(() => guessFrom(app, home, 'ada'))), { 401: 5, 429: 45 })
  t.equal(hashes.begun(), 5)
  t.strictSame(await counts(), Array(5).fill(5))
})

t.test('three instances together never hash more wrong passwords than allowed (A6, S7)', async (t) => {
  const DATABASE_URL = await createPostgresDatabase(t)
  const environment = { ...usualLimits, DATABASE_URL, MASTER_KEY: secretFor('master key') }
  const instances = await Promise.all([0, 1, 2].map(() => build(t, { environment })))
  const [first] = instances
  await register(first!.app, 'ada')
  const hashes = watchHashes(t)
  const guesses = instances.flatMap(({ app }) => fiftyIndexes.map(() => guessFrom(app, abroad, 'ada')))
  t.strictSame(await tally(guesses), { 401: 5, 429: 145 })
  t.equal(hashes.begun(), 5)
})

t.test('attempts beyond the maximum number of waiting ones are answered at once (A6)', async (t) => {
  const pendingKeys = createPendingKeys({ maxWaiting: 2 })
  const deadline = new AbortController()
  const decide = pendingKeys.begin(['a', 'b'])
  t.equal(await pendingKeys.decided(['c'], 0, deadline.signal), false, 'no attempt is pending for this key')
  const waiting = ['a', 'b'].map((key) => pendingKeys.decided([key], 0, deadline.signal))
  t.equal(await pendingKeys.decided(['a'], 0, deadline.signal), false, 'too many attempts wait')
  decide()
  decide()
  t.strictSame(await Promise.all(waiting), [true, true])
  t.equal(await pendingKeys.decided(['a'], 0, deadline.signal), true, 'decided while the counters were read')
  t.equal(
    await pendingKeys.decided(['a'], pendingKeys.decisionCount(), deadline.signal),
    false,
    'decided before they were read',
  )
  pendingKeys.begin(['a'])
  const late = pendingKeys.decided(['a'], pendingKeys.decisionCount(), deadline.signal)
  deadline.abort()
  t.equal(await late, false, 'the deadline has passed')
})
