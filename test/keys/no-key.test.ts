import t from 'tap'
import { build, buildWithSql, getMe, onBoth, query, refresh, second, signedUp, signIn } from '../support/build.ts'
import { changePassword } from '../support/recovery.ts'
import { placeOf } from '../support/forged-tokens.ts'

/** An instance that signs no more, as another one has begun with the other family of algorithms; and that one. */
onBoth(t, 'who is refused for want of a key has used nothing up, and has no session too many', async (t, database) => {
  const place = await placeOf(t, database)
  const { app: former, clock } = await build(t, { environment: place })
  const { access_token: token, refresh_token: refreshToken } = await signedUp(former, 'ada')
  const { app: present } = await build(t, { environment: { ...place, ALGORITHM: 'HS256' }, clock })
  clock.advance(5 * second)

  for (const response of [
    await refresh(former, refreshToken),
    await signIn(former, 'ada'),
    await signIn(former, 'nobody'),
  ]) {
    t.equal(response.statusCode, 503)
    t.match(response.headers, { 'retry-after': /^\d+$/ })
    t.match(response.json(), { error: 'temporarily_unavailable' })
  }
  t.equal((await getMe(former, token)).statusCode, 401)
  t.equal((await changePassword(former, token)).statusCode, 401, 'nor is a password changed')
  t.equal((await query(place.DATABASE_URL, 'select id from sessions')).length, 1)

  clock.advance(31 * second)
  const refreshed = await refresh(present, refreshToken)
  t.equal(refreshed.statusCode, 200, 'long after the first try')
  t.equal((await getMe(present, refreshed.json().access_token)).statusCode, 200)
  t.equal((await signIn(present, 'ada')).statusCode, 200)
})

onBoth(t, 'where there is no key that opens, nothing is published that others would keep', async (t, database) => {
  const { app, change, clock } = await buildWithSql(t, database)
  t.equal((await app.inject({ url: '/auth/jwks.json' })).statusCode, 200)
  await change("update state set value = 'another one' where name = 'master_key'")
  clock.advance(5 * second)
  const response = await app.inject({ url: '/auth/jwks.json' })
  t.equal(response.statusCode, 503)
  t.equal(response.headers['cache-control'], 'no-store')
})
