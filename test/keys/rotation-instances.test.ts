import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createKeyRing } from '../../src/keys/key-ring.ts'
import { createSharedSecrets } from '../../src/keys/shared-secrets.ts'
import {
  build,
  createClock,
  day,
  getMe,
  minute,
  onBoth,
  query,
  register,
  second,
  secretFor,
  type Clock,
} from '../support/build.ts'
import { runCommand } from '../support/latchkey-command.ts'
import { accepts, invalidToken, placeOf, spellings, summaryOf, type Place } from '../support/forged-tokens.ts'
import {
  countEvents,
  getJwks,
  kept,
  keyRows,
  kidOf,
  maxAge,
  moveTo,
  newToken,
  publishedKids,
  rotate,
} from '../support/keys.ts'
import { connectedTo, lockAwaited } from '../support/postgres.ts'

t.test('one of ten instances publishes the next key when all find it due simultaneously', async (t) => {
  const { place, clock, instances } = await startInstances(t, 10)
  const [first] = await keyRows(place.DATABASE_URL)
  moveTo(clock, first!.signs_at + 90 * day - 2 * maxAge)
  const sets = await Promise.all(instances.map(({ app }) => publishedKids(app)))
  const rows = await keyRows(place.DATABASE_URL)
  t.equal(rows.length, 2)
  t.strictSame(
    sets,
    sets.map(() => rows.map(({ kid }) => kid)),
    'all publish it',
  )
  t.equal(
    instances.reduce((sum, { lines }) => sum + countEvents(lines, 'key_published'), 0),
    rows.length,
    'each is logged once',
  )

  moveTo(clock, rows[1]!.signs_at)
  const tokens = await Promise.all(instances.map(({ app }) => newToken(app)))
  t.strictSame(
    tokens.map(kidOf),
    tokens.map(() => rows[1]!.kid),
    'all sign with it from the same moment',
  )

  clock.advance(15 * minute + kept)
  await Promise.all(instances.map(({ app }) => app.latchkey.housekeep()))
  t.strictSame(
    (await keyRows(place.DATABASE_URL)).map(({ kid }) => kid),
    [rows[1]!.kid],
    'the previous key is removed',
  )
})

for (const by of ['another instance', 'the command line']) {
  t.test(
    `a key withdrawn by ${by} is rejected five seconds later, even from the cache, in either spelling (J7)`,
    async (t) => {
      const {
        place,
        clock,
        instances: [one, other],
      } = await startInstances(t, 2)
      const old = await newToken(one!.app)
      const tokens = spellings(old)
      for (const token of tokens) await accepts(t, other!.app, { cached: token })

      if (by === 'another instance') {
        t.match((await rotate(one!.app, place.DATABASE_URL, { now: true })).json(), { keys: [{ stage: 'signing' }] })
        for (const token of [...tokens, old]) {
          t.strictSame(
            summaryOf(await getMe(one!.app, token)),
            invalidToken,
            'at once on the instance that withdrew it',
          )
        }
      } else {
        t.match(await runCommand(t, { parameters: ['keys', 'rotate', '--now'], environment: place }), {
          code: 0,
          stdout: /^All previous keys are revoked/,
        })
      }

      clock.advance(5 * second)
      for (const token of [...tokens, old]) t.strictSame(summaryOf(await getMe(other!.app, token)), invalidToken)
      t.equal(countEvents(other!.lines, 'keys_withdrawn'), 1, 'it is logged')
      for (const [signer, verifier] of [
        [one!, other!],
        [other!, one!],
      ] as const) {
        const token = await newToken(signer.app)
        t.not(kidOf(token), kidOf(old))
        await accepts(t, verifier.app, { 'a token of the new key': token })
      }
      t.strictSame(
        await publishedKids(other!.app),
        (await keyRows(place.DATABASE_URL)).map(({ kid }) => kid),
      )
    },
  )
}

t.test('a waiting key is also withdrawn', async (t) => {
  const {
    place,
    instances: [one],
  } = await startInstances(t, 1)
  await rotate(one!.app, place.DATABASE_URL)
  const before = await publishedKids(one!.app)
  t.equal(before.length, 2)
  await rotate(one!.app, place.DATABASE_URL, { now: true })
  const after = await publishedKids(one!.app)
  t.equal(after.length, 1)
  t.notOk(before.includes(after[0]))
})

t.test('two simultaneous withdrawals leave one key, and both instances sign with it', async (t) => {
  const { place, clock, instances } = await startInstances(t, 2)
  await Promise.all(instances.map(({ app }) => rotate(app, place.DATABASE_URL, { now: true })))
  clock.advance(5 * second)
  const rows = await keyRows(place.DATABASE_URL)
  t.equal(rows.length, 1)
  const tokens = await Promise.all(instances.map(({ app }) => newToken(app)))
  t.strictSame(tokens.map(kidOf), [rows[0]!.kid, rows[0]!.kid])
})

t.test('a token of a key just created by another instance is accepted, even repeatedly (O5)', async (t) => {
  const place = await placeOf(t, 'postgres')
  const { app: one } = await build(t, { environment: place })
  const { app: other, clock } = await build(t, { environment: place })
  await register(one, 'ada')
  const known = await newToken(one)
  clock.advance(5 * second)
  await accepts(t, other, { 'loads the keys': known })

  for (let rotation = 1; rotation <= 3; rotation++) {
    await rotate(one, place.DATABASE_URL, { now: true })
    const token = await newToken(one)
    const responses = await Promise.all(Array.from({ length: 20 }, () => getMe(other, token)))
    t.strictSame(
      responses.map(({ statusCode }) => statusCode),
      responses.map(() => 200),
      `rotation ${rotation}`,
    )
  }
  t.strictSame(summaryOf(await getMe(other, known)), invalidToken)
})

t.test('requests with an unknown kid share one load of the keys, and at most a hundred wait for it (O5)', async (t) => {
  let loads = 0
  const source = {
    ...createSharedSecrets(secretFor('secret key'), []),
    load: async () => {
      loads++
      return []
    },
  }
  const jwt = { open: () => Promise.reject(new Error('There is no key to open.')) }
  const audit = { reportFinding() {} }
  const { find } = createKeyRing({ source, jwt, audit, now: () => 0, unknownKeyMs: 20 })
  for (const round of [1, 2, 3]) {
    let isRead = false
    let answeredEarly = 0
    const waiting = Array.from({ length: 130 }, async () => {
      const found = await find('unknown')
      t.strictSame(found, [])
      if (!isRead) answeredEarly++
    })
    await setImmediate()
    isRead = true
    t.equal(answeredEarly, 30, 'those beyond a hundred are answered at once')
    await Promise.all(waiting)
    t.equal(loads, round)
  }
})

const rejections = {
  sqlite: {
    refuse: ["create trigger refuse before insert on signing_keys begin select raise(abort, 'no more keys'); end"],
    allow: 'drop trigger refuse',
  },
  postgres: {
    refuse: [
      "create function refuse() returns trigger language plpgsql as $$ begin raise 'no more keys'; end $$",
      'create trigger refuse before insert on signing_keys execute function refuse()',
    ],
    allow: 'drop trigger refuse on signing_keys',
  },
}

onBoth(
  t,
  'a failed step does not stop signing or verifying, is logged once a minute, and is repeated',
  async (t, database) => {
    const place = await placeOf(t, database)
    const { app, clock, lines } = await build(t, { environment: place })
    await register(app, 'ada')
    const [first] = await keyRows(place.DATABASE_URL)
    for (const statement of rejections[database].refuse) await query(place.DATABASE_URL, statement)
    const failures = () => countEvents(lines, 'key_rotation_failed')

    moveTo(clock, first!.signs_at + 90 * day - maxAge)
    for (let minutes = 1; minutes <= 3; minutes++) {
      for (const time of [0, 3 * second, 50 * second, 6999]) {
        clock.advance(time)
        await app.latchkey.housekeep()
        await accepts(t, app, { 'a token signed meanwhile': await newToken(app) })
      }
      t.equal(failures(), minutes)
      clock.advance(1)
    }
    t.match(
      lines.find((line) => line.includes('key_rotation_failed')),
      /"level":40.*no more keys/,
    )

    clock.advance(20 * minute)
    t.equal(kidOf(await newToken(app)), first!.kid, 'the previous key signs until there is another')

    await query(place.DATABASE_URL, rejections[database].allow)
    clock.advance(minute)
    t.equal((await getJwks(app)).keys.length, 2, 'published once it is possible')
    const [, next] = await keyRows(place.DATABASE_URL)
    t.equal(next!.signs_at, clock.now() + 2 * maxAge, 'it waits as long as any other key')
    moveTo(clock, next!.signs_at)
    t.equal(kidOf(await newToken(app)), next!.kid)
  },
)

t.test('signing and verifying continue while a step waits for a lock', async (t) => {
  const {
    place,
    clock,
    instances: [one],
  } = await startInstances(t, 1)
  const [first] = await keyRows(place.DATABASE_URL)
  const due = first!.signs_at + 90 * day - 2 * maxAge
  moveTo(clock, due - 5 * second)
  const token = await newToken(one!.app)
  const holder = await connectedTo(t, place.DATABASE_URL)
  await holder.query("begin; select from state where name = 'key_type' for update")

  moveTo(clock, due)
  const step = one!.app.latchkey.housekeep()
  await lockAwaited(place.DATABASE_URL)
  await accepts(t, one!.app, { 'a previous token': token })
  t.equal(kidOf(await newToken(one!.app)), first!.kid)
  t.equal(countEvents(one!.lines, 'key_rotation_failed'), 0, 'the step still waits')
  await holder.query('commit')
  await step
})

async function startInstances(
  t: Test,
  count: number,
): Promise<{ place: Place; clock: Clock; instances: Awaited<ReturnType<typeof build>>[] }> {
  const place = await placeOf(t, 'postgres')
  const clock = createClock()
  const instances = await Promise.all(Array.from({ length: count }, () => build(t, { environment: place, clock })))
  await register(instances[0]!.app, 'ada')
  return { place, clock, instances }
}
