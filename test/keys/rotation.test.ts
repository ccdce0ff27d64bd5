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

/** A service whose keys rotate every day, over a database that can be looked into. */
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

const drives: Record<string, (app: FastifyInstance) => Promise<unknown>> = {
  'by requests alone': (app) => app.inject({ url: '/auth/jwks.json' }),
  'with nobody asking': (app) => app.latchkey.housekeep(),
}

for (const [name, drive] of Object.entries(drives)) {
  onBoth(
    t,
    `a key is published, signs when every verifier knows it, and is removed when its last token has expired, ${name}`,
    async (t, database) => {
      const { app, clock, rows, first } = await open(t, database)
      const kids = async () => (await rows()).map(({ kid }) => kid)
      const due = first.signs_at + day

      moveTo(clock, due - 2 * maxAge - 1)
      await drive(app)
      t.strictSame(await kids(), [first.kid], 'nothing yet')

      clock.advance(2 * second)
      await drive(app)
      const [, next] = await rows()
      t.not(next, undefined, 'published')
      t.ok(next!.signs_at - clock.now() >= maxAge, 'for at least as long as it may take until all have asked again')
      t.ok(Math.abs(next!.signs_at - due) < minute, 'and signs when the former one has signed for KEY_ROTATION_DAYS')

      moveTo(clock, next!.signs_at - 1)
      await drive(app)
      const last = await newToken(app)
      t.equal(kidOf(last), first.kid, 'until then it waits')

      clock.advance(1)
      t.equal(kidOf(await newToken(app)), next!.kid, 'it takes over by itself')

      moveTo(clock, decodeJwt(last).exp! * 1000 - 1)
      await drive(app)
      t.strictSame(await kids(), [first.kid, next!.kid])
      t.strictSame(await publishedKids(app), [first.kid, next!.kid], 'as long as a token of it lives')
      await accepts(t, app, { 'the last one of the former key': last })

      clock.advance(1)
      t.equal((await getMe(app, last)).statusCode, 401)
      clock.advance(kept)
      await drive(app)
      t.strictSame(await kids(), [next!.kid], 'removed')
      t.strictSame(await publishedKids(app), [next!.kid])
    },
  )
}

onBoth(
  t,
  'a verifier that keeps the published keys for as long as it may never meets an unknown kid, but for --now',
  async (t, database) => {
    const { app, clock, place, first } = await open(t, database)
    const verifiers = Array.from({ length: 5 }, () => createVerifier(app, clock))
    const cycles = 3
    let tokens: string[] = []
    const kids = new Set<string | undefined>()
    const verdicts = new Set<string>()

    /** Each verifies every token that lives, with the keys that it has. */
    async function step(those: typeof verifiers) {
      const token = await newToken(app)
      kids.add(kidOf(token))
      tokens = [...tokens, token].filter((token) => decodeJwt(token).exp! * 1000 > clock.now())
      for (const verify of those) {
        for (const token of tokens) verdicts.add(await verify(token))
      }
    }

    for (let cycle = 1; cycle <= cycles; cycle++) {
      // From before the publication until after the removal, one after the other, so that each asks at another time.
      moveTo(clock, first.signs_at + cycle * (day + minute) - 35 * minute)
      for (let steps = 1; steps <= 28; steps++) {
        await step(verifiers.slice(0, steps))
        clock.advance(130 * second)
      }
      clock.advance(8 * hour)
      await step(verifiers)
    }
    t.strictSame([...verdicts], ['good'])
    t.equal(kids.size, cycles + 1, 'each cycle had a key of its own')

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
  'a clock that is set back an hour, or ahead, stops neither signing nor verifying, at no point of a rotation',
  async (t, database) => {
    const { app, clock, first } = await open(t, database)
    const due = first.signs_at + day
    const points = {
      'in between': due - 12 * hour,
      'while one waits': due - 10 * minute,
      'when it has just taken over': due + minute,
      'when the former one is removed': due + 15 * minute + kept,
    }
    for (const [point, time] of Object.entries(points)) {
      moveTo(clock, time)
      const before = await newToken(app)
      for (const [jump, by] of [
        ['back', -hour],
        ['as it was', hour],
        ['ahead', hour],
        ['as it was again', -hour],
      ] as const) {
        await t.test(`${point}, ${jump}`, async (t) => {
          clock.advance(by)
          const token = await newToken(app)
          await accepts(t, app, { 'a new one': token })
          t.equal(await verifyWithJwks(app, clock, token), 'good')
          if (point === 'in between' && jump.startsWith('as it was')) {
            await accepts(t, app, { 'one from before': before })
          }
        })
      }
    }
  },
)

onBoth(
  t,
  'a clock that was an hour ahead for a moment, while a key waits, has taken no key from those who need it',
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
    await accepts(t, app, { 'from before': token })
    t.equal(await verify(await newToken(app)), 'good', 'and nobody meets an unknown kid')
  },
)

onBoth(
  t,
  'a service that nobody has asked for a year has a key that signs, and the next one still waits until all know it',
  async (t, database) => {
    const { app, clock, rows, first } = await open(t, database)
    clock.advance(365 * day)
    const token = await newToken(app)
    t.equal(kidOf(token), first.kid)
    const [, next] = await rows()
    t.equal(next!.signs_at, clock.now() + 2 * maxAge)
    clock.advance(2 * maxAge)
    t.equal(kidOf(await newToken(app)), next!.kid)
    t.equal(await verifyWithJwks(app, clock, token), 'ERR_JWT_EXPIRED', 'and what the former one signed is known')
  },
)

onBoth(
  t,
  'a retired key outlasts its last token, and no longer, when ACCESS_TOKEN_EXPIRE_MINUTES is lowered meanwhile',
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
    t.equal(await verifyWithJwks(second, clock, last), 'good', 'for those who do not ask us')
    clock.advance(kept)
    t.notOk((await publishedKids(second)).includes(first.kid))
  },
)

onBoth(
  t,
  'a key that signs when ACCESS_TOKEN_EXPIRE_MINUTES is raised outlasts the longer tokens',
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
