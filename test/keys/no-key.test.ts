import t from 'tap'
import { build, buildWithSql, getMe, onBoth, query, refresh, second, signedUp, signIn } from '../support/build.ts'
import { changePassword } from '../support/recovery.ts'
import { createMasterKey } from '../../src/keys/master-key.ts'
import { accepts, masterKey, openService, placeOf } from '../support/forged-tokens.ts'
import { countEvents, keyRows, kidOf, maxAge, newToken, publishedKids, rotate } from '../support/keys.ts'

/** Two instances: one that no longer signs, because the other has started with another type of key. */
onBoth(t, 'requests rejected for lack of a key use up no token and begin no session', async (t, database) => {
  const place = await placeOf(t, database)
  const { app: previous, clock } = await build(t, { environment: place })
  const { access_token: token, refresh_token: refreshToken } = await signedUp(previous, 'ada')
  const { app: current } = await build(t, { environment: { ...place, ALGORITHM: 'HS256' }, clock })
  clock.advance(5 * second)

  for (const response of [
    await refresh(previous, refreshToken),
    await signIn(previous, 'ada'),
    await signIn(previous, 'nobody'),
  ]) {
    t.equal(response.statusCode, 503)
    t.match(response.headers, { 'retry-after': /^\d+$/ })
    t.match(response.json(), { error: 'temporarily_unavailable' })
  }
  t.equal((await getMe(previous, token)).statusCode, 401)
  t.equal((await changePassword(previous, token)).statusCode, 401, 'the password is not changed')
  t.equal((await query(place.DATABASE_URL, 'select id from sessions')).length, 1)

  clock.advance(31 * second)
  const refreshed = await refresh(current, refreshToken)
  t.equal(refreshed.statusCode, 200, 'long after the first attempt')
  t.equal((await getMe(current, refreshed.json().access_token)).statusCode, 200)
  t.equal((await signIn(current, 'ada')).statusCode, 200)
})

onBoth(t, 'without a readable key, no key set is published for caches to keep', async (t, database) => {
  const { app, change, clock } = await buildWithSql(t, database)
  t.equal((await app.inject({ url: '/auth/jwks.json' })).statusCode, 200)
  await change("update state set value = 'another one' where name = 'master_key'")
  clock.advance(5 * second)
  const response = await app.inject({ url: '/auth/jwks.json' })
  t.equal(response.statusCode, 503)
  t.equal(response.headers['cache-control'], 'no-store')
})

const seal = (kid: string, text: string) => createMasterKey(masterKey).seal('signing keys', kid, text)

for (const [damage, { columns, published }] of Object.entries({
  'an invalid private key': {
    columns: (kid: string) => ({ private_sealed: seal(kid, 'no key') }),
    published: 2,
  },
  'an invalid public key': { columns: () => ({ public_jwk: '{"kty":"EC"}' }), published: 1 },
  'a public key that is not JSON': { columns: () => ({ public_jwk: 'no key' }), published: 1 },
})) {
  t.test(`${damage} is logged once, and the other keys sign and verify (11)`, async (t) => {
    const {
      app: first,
      clock,
      databaseUrl,
      place,
      token,
    } = await openService(t, {
      environment: { ACCESS_TOKEN_EXPIRE_MINUTES: '60' },
    })
    t.equal((await rotate(first, databaseUrl)).statusCode, 200)
    clock.advance(2 * maxAge)
    const [oldKey, newKey] = await keyRows(databaseUrl)
    const { access_token: newest } = (await signIn(first, 'ada')).json()
    t.equal(kidOf(newest), newKey!.kid, 'the new key signs')

    for (const [column, value] of Object.entries(columns(newKey!.kid))) {
      await query(databaseUrl, `update signing_keys set ${column} = '${value}' where kid = '${newKey!.kid}'`)
    }
    const { app: other, lines } = await build(t, { environment: place, clock })
    await accepts(t, other, { 'a token of the other key': token })
    const signed = await newToken(other)
    t.equal(kidOf(signed), oldKey!.kid, 'the other key signs')
    await accepts(t, other, { 'its own token': signed })
    t.equal((await getMe(other, newest)).statusCode, published === 2 ? 200 : 401)
    t.equal((await publishedKids(other)).length, published)
    clock.advance(5 * second)
    await accepts(t, other, { 'after the next reload': signed })
    t.equal(countEvents(lines, 'key_unreadable'), 1)
  })
}

t.test('an unreadable key that does not sign leaves the signing key in use (11)', async (t) => {
  const { app: first, clock, databaseUrl, place, token, header } = await openService(t)
  t.equal((await rotate(first, databaseUrl)).statusCode, 200)
  const next = (await keyRows(databaseUrl))[1]!.kid
  await query(databaseUrl, `update signing_keys set private_sealed = '${seal(next, 'no key')}' where kid = '${next}'`)
  const { app: other } = await build(t, { environment: place, clock })
  await accepts(t, other, { before: token })
  t.equal(kidOf(await newToken(other)), header.kid)
})
