import type { FastifyInstance } from 'fastify'
import { decodeJwt } from 'jose'
import t, { type Test } from 'tap'
import {
  build,
  createClock,
  day,
  getMe,
  hour,
  minute,
  onBoth,
  register,
  second,
  type Clock,
  type DatabaseKind,
} from '../support/build.ts'
import { accepts, placeOf } from '../support/forged-tokens.ts'
import {
  createVerifier,
  getJwks,
  kept,
  keyRows,
  kidOf,
  maxAge,
  moveTo,
  newToken,
  publishedKids,
  rotate,
  unknownKid,
  verifyWithJwks,
} from '../support/keys.ts'

/** A service that rotates its keys daily, with access to its database. */
async function open(
  t: Test,
  database: DatabaseKind,
  { clock = createClock(), environment = {} }: { clock?: Clock; environment?: NodeJS.ProcessEnv } = {},
) {
  const place = { ...(await placeOf(t, database)), KEY_ROTATION_DAYS: '1' }
  const { app, lines } = await build(t, { environment: { ...place, ...environment }, clock })
  await register(app, 'ada')
  const [first] = await keyRows(place.DATABASE_URL)
  return { app, clock, lines, place, rows: () => keyRows(place.DATABASE_URL), first: first! }
}

const triggers: Record<string, (app: FastifyInstance) => Promise<unknown>> = {
  'by requests alone': (app) => app.inject({ url: '/auth/jwks.json' }),
  'without requests': (app) => app.latchkey.housekeep(),
}

for (const [name, trigger] of Object.entries(triggers)) {
  onBoth(
    t,
    `a key is published, signs when every verifier knows it, and is removed when its last token has expired, ${name}`,
    async (t, database) => {
      const { app, clock, rows, first } = await open(t, database)
      const kids = async () => (await rows()).map(({ kid }) => kid)
      const due = first.signs_at + day

      moveTo(clock, due - 2 * maxAge - 1)
      await trigger(app)
      t.strictSame(await kids(), [first.kid], 'nothing yet')

      clock.advance(2 * second)
      await trigger(app)
      const [, next] = await rows()
      t.not(next, undefined, 'published')
      t.ok(next!.signs_at - clock.now() >= maxAge, 'published for at least as long as verifiers may cache the keys')
      t.ok(Math.abs(next!.signs_at - due) < minute, 'it signs once the previous key has signed for KEY_ROTATION_DAYS')

      moveTo(clock, next!.signs_at - 1)
      await trigger(app)
      const last = await newToken(app)
      t.equal(kidOf(last), first.kid, 'until then it waits')

      clock.advance(1)
      t.equal(kidOf(await newToken(app)), next!.kid, 'it starts to sign by itself')

      moveTo(clock, decodeJwt(last).exp! * 1000 - 1)
      await trigger(app)
      t.strictSame(await kids(), [first.kid, next!.kid])
      t.strictSame(await publishedKids(app), [first.kid, next!.kid], 'kept until its last token expires')
      await accepts(t, app, { 'the last token of the previous key': last })

      clock.advance(1)
      t.equal((await getMe(app, last)).statusCode, 401)
      clock.advance(kept)
      await trigger(app)
      t.strictSame(await kids(), [next!.kid], 'removed')
      t.strictSame(await publishedKids(app), [next!.kid])
    },
  )
}

onBoth(
  t,
  'a verifier that caches the published keys as long as allowed never misses a kid, except after --now',
  async (t, database) => {
    const { app, clock, place, first } = await open(t, database)
    const verifiers = Array.from({ length: 5 }, () => createVerifier(app, clock))
    const cycles = 3
    let tokens: string[] = []
    const kids = new Set<string | undefined>()
    const verdicts = new Set<string>()

    /** Each verifies every live token with the keys it has cached. */
    async function step(those: typeof verifiers) {
      const token = await newToken(app)
      kids.add(kidOf(token))
      tokens = [...tokens, token].filter((token) => decodeJwt(token).exp! * 1000 > clock.now())
      for (const verify of those) {
        for (const token of tokens) verdicts.add(await verify(token))
      }
    }

    for (let cycle = 1; cycle <= cycles; cycle++) {
      // From before publication until after removal. The verifiers start one after the other, so that their caches
      // expire at different times.
      moveTo(clock, first.signs_at + cycle * (day + minute) - 35 * minute)
      for (let steps = 1; steps <= 28; steps++) {
        await step(verifiers.slice(0, steps))
        clock.advance(130 * second)
      }
      clock.advance(8 * hour)
      await step(verifiers)
    }
    t.strictSame([...verdicts], ['good'])
    t.equal(kids.size, cycles + 1, 'each cycle had its own key')

    t.equal((await rotate(app, place.DATABASE_URL, { now: true })).statusCode, 200)
    const token = await newToken(app)
    t.strictSame(
      await Promise.all(verifiers.map((verify) => verify(token))),
      verifiers.map(() => unknownKid),
    )
    clock.advance(maxAge)
    t.strictSame(
      await Promise.all(verifiers.map((verify) => verify(token))),
      verifiers.map(() => 'good'),
    )
  },
)

onBoth(
  t,
  'setting the clock back or ahead by an hour never stops signing or verifying during a rotation',
  async (t, database) => {
    const { app, clock, first } = await open(t, database)
    const due = first.signs_at + day
    const points = {
      'between rotations': due - 12 * hour,
      'while a key waits': due - 10 * minute,
      'just after it started to sign': due + minute,
      'when the previous key is removed': due + 15 * minute + kept,
    }
    for (const [point, time] of Object.entries(points)) {
      moveTo(clock, time)
      const before = await newToken(app)
      for (const [jump, by] of [
        ['back', -hour],
        ['reset', hour],
        ['ahead', hour],
        ['reset again', -hour],
      ] as const) {
        await t.test(`${point}, ${jump}`, async (t) => {
          clock.advance(by)
          const token = await newToken(app)
          await accepts(t, app, { 'a new token': token })
          t.equal(await verifyWithJwks(app, clock, token), 'good')
          if (point === 'between rotations' && jump.startsWith('reset')) {
            await accepts(t, app, { 'a previous token': before })
          }
        })
      }
    }
  },
)

onBoth(
  t,
  'a clock that was briefly an hour ahead while a key waits removes no key still needed',
  async (t, database) => {
    const { app, clock, first } = await open(t, database)
    const verify = createVerifier(app, clock)
    moveTo(clock, first.signs_at + day - 2 * maxAge - second)
    const token = await newToken(app)
    t.equal(await verify(token), 'good')
    clock.advance(2 * minute)
    await newToken(app)
    clock.advance(hour)
    await newToken(app)
    clock.advance(-hour)
    await accepts(t, app, { 'a previous token': token })
    t.equal(await verify(await newToken(app)), 'good', 'the kid is known')
  },
)

onBoth(
  t,
  'after a year without requests there is a signing key, and the next one still waits until all verifiers know it',
  async (t, database) => {
    const { app, clock, rows, first } = await open(t, database)
    clock.advance(365 * day)
    const token = await newToken(app)
    t.equal(kidOf(token), first.kid)
    const [, next] = await rows()
    t.equal(next!.signs_at, clock.now() + 2 * maxAge)
    clock.advance(2 * maxAge)
    t.equal(kidOf(await newToken(app)), next!.kid)
    t.equal(await verifyWithJwks(app, clock, token), 'ERR_JWT_EXPIRED', 'the previous key is still published')
  },
)

onBoth(
  t,
  'a retired key is kept exactly until its last token expires if ACCESS_TOKEN_EXPIRE_MINUTES is lowered',
  async (t, database) => {
    const { app, clock, place, first } = await open(t, database, { environment: { ACCESS_TOKEN_EXPIRE_MINUTES: '60' } })
    moveTo(clock, first.signs_at + day - 2 * maxAge)
    t.equal((await getJwks(app)).keys.length, 2)
    clock.advance(2 * maxAge - 1)
    const last = await newToken(app)
    t.equal(kidOf(last), first.kid)
    clock.advance(1)
    await app.close()

    const { app: second } = await build(t, { environment: { ...place, ACCESS_TOKEN_EXPIRE_MINUTES: '5' }, clock })
    moveTo(clock, decodeJwt(last).exp! * 1000 - 1)
    t.equal(await verifyWithJwks(second, clock, last), 'good', 'for verifiers that use the published keys')
    clock.advance(kept)
    t.notOk((await publishedKids(second)).includes(first.kid))
  },
)

onBoth(
  t,
  'a key that signs when ACCESS_TOKEN_EXPIRE_MINUTES is raised is kept until the longer tokens expire',
  async (t, database) => {
    const { app, clock, place, first } = await open(t, database, { environment: { ACCESS_TOKEN_EXPIRE_MINUTES: '5' } })
    await app.close()
    const { app: second } = await build(t, { environment: { ...place, ACCESS_TOKEN_EXPIRE_MINUTES: '60' }, clock })
    moveTo(clock, first.signs_at + day - 2 * maxAge)
    await getJwks(second)
    clock.advance(2 * maxAge - 1)
    const last = await newToken(second)
    t.equal(kidOf(last), first.kid)
    clock.advance(59 * minute)
    await accepts(t, second, { last })
  },
)
