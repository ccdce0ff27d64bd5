import { decodeProtectedHeader, calculateJwkThumbprint } from 'jose'
import t, { type Test } from 'tap'
import { build, createClock, getMe, minute, onBoth, query, register, signIn, type Clock } from '../support/build.ts'
import { accepts, invalidToken, placeOf, summaryOf } from '../support/forged-tokens.ts'
import {
  countEvents,
  getJwks,
  kept,
  keyRows,
  kidOf,
  maxAge,
  newToken,
  publishedKids,
  verifyWithJwks,
} from '../support/keys.ts'

const shapes = {
  ES256: { kty: 'EC', crv: 'P-256', parameters: ['crv', 'x', 'y'] },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', parameters: ['crv', 'x'] },
  PS256: { kty: 'RSA', parameters: ['e', 'n'] },
  RS256: { kty: 'RSA', parameters: ['e', 'n'] },
}

for (const [algorithm, { parameters, ...shape }] of Object.entries(shapes)) {
  t.test(
    `${algorithm}: others verify tokens with the published key, whose kid is its thumbprint (RFC 7638) ` +
      'and which contains nothing private',
    async (t) => {
      const clock = createClock()
      const place = await placeOf(t)
      const { app } = await build(t, { environment: { ...place, ALGORITHM: algorithm }, clock })
      await register(app, 'ada')
      const token = await newToken(app)
      await accepts(t, app, { 'its own token': token })
      t.equal(await verifyWithJwks(app, clock, token), 'good')

      const {
        keys: [jwk],
      } = await getJwks(app)
      t.match(jwk, { ...shape, alg: algorithm, use: 'sig' })
      t.strictSame(Object.keys(jwk!).sort(), ['alg', 'kid', 'kty', 'use', ...parameters].sort())
      t.match(decodeProtectedHeader(token), { alg: algorithm, typ: 'at+jwt', kid: await calculateJwkThumbprint(jwk!) })
      if (jwk!.kty === 'RSA') t.equal(Buffer.from(jwk!.n!, 'base64url').length * 8, 3072)

      const rows = await query(place.DATABASE_URL, 'select * from signing_keys')
      t.notMatch(JSON.stringify(rows), /PRIVATE KEY|"(d|p|q|dp|dq|qi)\\?"/)
      t.match(rows[0], { private_sealed: /^1\.[\w-]+$/ })
    },
  )
}

t.test('HS256: no key is published or stored in the database', async (t) => {
  const place = await placeOf(t)
  const { app } = await build(t, { environment: { ...place, ALGORITHM: 'HS256' } })
  await register(app, 'ada')
  await accepts(t, app, { 'its own token': await newToken(app) })
  t.strictSame((await getJwks(app)).keys, [])
  t.strictSame(await keyRows(place.DATABASE_URL), [])
})

onBoth(
  t,
  'changing ALGORITHM is a rotation like any other: old tokens stay valid, the new key waits, then it signs',
  async (t, database) => {
    const place = await placeOf(t, database)
    const clock = createClock()
    const start = createStarter(t, place, clock)
    const first = await start('ES256')
    await register(first, 'ada')
    const old = await newToken(first)
    await first.close()

    const second = await start('EdDSA')
    const [previous, next] = await keyRows(place.DATABASE_URL)
    t.strictSame([previous?.alg, next?.alg], ['ES256', 'EdDSA'])
    t.ok(next!.signs_at - clock.now() >= maxAge)
    await accepts(t, second, { 'a previous token': old })
    t.equal(kidOf(await newToken(second)), previous!.kid, 'the previous key signs until all verifiers know the next')
    await second.close()

    const third = await start('EdDSA')
    t.strictSame(await publishedKids(third), [previous!.kid, next!.kid], 'a restart begins no new rotation')
    clock.advance(2 * maxAge)
    const token = await newToken(third)
    t.match(decodeProtectedHeader(token), { alg: 'EdDSA', kid: next!.kid })
    t.equal(await verifyWithJwks(third, clock, token), 'good')
    await accepts(t, third, { 'a token of the new key': token })
    clock.advance(15 * minute + kept)
    t.strictSame(await publishedKids(third), [next!.kid])
  },
)

onBoth(t, 'an ALGORITHM changed back before the next key signs ends with the configured one', async (t, database) => {
  const place = await placeOf(t, database)
  const clock = createClock()
  const start = createStarter(t, place, clock)
  for (const algorithm of ['ES256', 'EdDSA', 'ES256']) {
    const app = await start(algorithm)
    await register(app, 'ada')
    await accepts(t, app, { [algorithm]: await newToken(app) })
    await app.close()
  }
  const last = await start('ES256')
  clock.advance(2 * maxAge)
  const token = await newToken(last)
  const rows = await keyRows(place.DATABASE_URL)
  t.equal(kidOf(token), rows.at(-1)?.kid)
  t.equal(rows.at(-1)?.alg, 'ES256')
  t.equal(await verifyWithJwks(last, clock, token), 'good')
})

for (const [from, to] of [
  ['ES256', 'HS256'],
  ['HS256', 'ES256'],
] as const) {
  t.test(
    `from ${from} to ${to}: an instance that still runs with the previous setting rejects every token within five ` +
      'seconds, and signs nothing',
    async (t) => {
      const place = await placeOf(t, 'postgres')
      const { app: one, clock, lines } = await build(t, { environment: { ...place, ALGORITHM: from } })
      await register(one, 'ada')
      const token = await newToken(one)
      await accepts(t, one, { 'a token verified before': token })

      const { app: other } = await build(t, { environment: { ...place, ALGORITHM: to }, clock })
      const otherToken = await newToken(other)
      t.strictSame(summaryOf(await getMe(other, token)), invalidToken, 'the new instance rejects it at once')
      await accepts(t, other, { 'its own token': otherToken })
      for (let time = 0; time < 3; time++) {
        clock.advance(5000)
        t.strictSame(summaryOf(await getMe(one, token)), invalidToken, 'a token of the previous algorithm')
        t.strictSame(summaryOf(await getMe(one, otherToken)), invalidToken, 'a token of the new algorithm')
        const response = await signIn(one, 'ada')
        t.equal(response.statusCode, 503)
        t.match(response.headers, { 'retry-after': /^\d+$/ })
        t.match(response.json(), { error: 'temporarily_unavailable' })
        t.equal(
          (await one.inject({ url: '/auth/jwks.json' })).statusCode,
          503,
          'no empty set is published for caches to keep',
        )
      }
      t.equal(countEvents(lines, 'keys_changed_elsewhere'), 1)

      // The instance that starts last decides.
      const { app: third } = await build(t, { environment: { ...place, ALGORITHM: from }, clock })
      clock.advance(5000)
      t.strictSame(summaryOf(await getMe(other, otherToken)), invalidToken)
      await accepts(t, one, { 'the previous instance recovers': await newToken(third) })
      await accepts(t, third, { 'and signs again': await newToken(one) })
    },
  )
}

function createStarter(t: Test, place: NodeJS.ProcessEnv, clock: Clock) {
  return async (algorithm: string) => {
    const { app } = await build(t, { environment: { ...place, ALGORITHM: algorithm }, clock })
    return app
  }
}
