import t from 'tap'
import {
  administrator,
  build,
  buildWithSql,
  getMe,
  onBoth,
  refresh,
  register,
  signedUp,
  signIn,
  type TokenResponse,
} from '../../support/build.ts'
import { buildWithClients, tokenOf } from '../../support/clients.ts'

type App = Awaited<ReturnType<typeof build>>['app']

interface Key {
  kid: string
  alg: string
  stage: string
  created_at: string
  signs_at: string
  retires_at: string | null
  removed_at: string | null
}

function ask(app: App, token: string | undefined, method: 'GET' | 'POST' = 'GET', payload: object = {}) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return app.inject({
    method,
    url: method === 'GET' ? '/auth/keys' : '/auth/keys/rotate',
    headers,
    ...(method === 'GET' ? {} : { payload }),
  })
}

const keysOf = (response: Awaited<ReturnType<typeof ask>>) => response.json<{ keys: Key[] }>().keys

onBoth(t, 'keys are listed with their stages and without secrets, oldest first', async (t, database) => {
  const { app, clock, admin, rows } = await buildWithClients(t, database)
  const began = clock.now()
  const [key, ...none] = keysOf(await ask(app, admin))
  t.strictSame(none, [])
  const time = new Date(began).toISOString()
  t.strictSame(key, {
    kid: key?.kid,
    alg: 'ES256',
    stage: 'signing',
    created_at: time,
    signs_at: time,
    retires_at: null,
    removed_at: null,
  })
  t.match(key?.kid, /^[\w-]{43}$/)

  const rotated = await ask(app, admin, 'POST')
  t.equal(rotated.statusCode, 200)
  const [previous, next] = keysOf(rotated)
  t.match(previous, { kid: key?.kid, stage: 'signing', retires_at: next?.signs_at })
  t.match(next, {
    stage: 'published',
    created_at: time,
    signs_at: new Date(began + 20 * 60_000).toISOString(),
    retires_at: null,
    removed_at: null,
  })
  t.strictSame((await ask(app, admin)).json(), rotated.json())
  for (const { private_sealed: sealed } of await rows('select private_sealed from signing_keys')) {
    t.notMatch(rotated.body, String(sealed))
  }
})

onBoth(t, 'rotating twice creates one waiting key, even simultaneously', async (t, database) => {
  const { app, clock, admin, change, count } = await buildWithClients(t, database)
  for (const response of await Promise.all([
    ask(app, admin, 'POST'),
    ask(app, admin, 'POST', { now: false }),
    ask(app, admin, 'POST'),
  ])) {
    t.equal(response.statusCode, 200)
  }
  t.strictSame(
    keysOf(await ask(app, admin, 'POST')).map(({ stage }) => stage),
    ['signing', 'published'],
  )
  t.equal(await count('signing_keys'), 2)

  clock.advance(20 * 60_000)
  t.strictSame(
    keysOf(await ask(app, await administrator(app, change), 'POST')).map(({ stage }) => stage),
    ['retired', 'signing', 'published'],
    'once it signs, another may wait',
  )
})

onBoth(
  t,
  'an immediate rotation withdraws every key with all access tokens, and sessions continue',
  async (t, database) => {
    const { app, admin, worker, count, lines } = await buildWithClients(t, database)
    const ada = await signedUp(app, 'ada')
    const client = await tokenOf(app, worker, 'keys:write')
    const before = keysOf(await ask(app, admin, 'POST'))
    t.equal(before.length, 2)

    const response = await ask(app, client, 'POST', { now: true })
    const keys = keysOf(response)
    t.strictSame([response.statusCode, keys.map(({ stage }) => stage)], [200, ['signing']])
    t.notOk(before.some(({ kid }) => kid === keys[0]?.kid))
    t.equal(await count('signing_keys'), 1)
    for (const token of [admin, client, ada.access_token]) t.equal((await getMe(app, token)).statusCode, 401)
    const refreshed = (await refresh(app, ada.refresh_token)).json<TokenResponse>()
    t.equal((await getMe(app, refreshed.access_token)).statusCode, 200)
    t.match(lines.join(''), /"event":"keys_withdrawn"/)
  },
)

t.test('users and clients with the scope keys:write in their token are accepted, and no others', async (t) => {
  const { app, admin, change, worker, count } = await buildWithClients(t, 'sqlite')
  const ada = await signedUp(app, 'ada')
  t.equal((await ask(app, await tokenOf(app, worker, 'keys:write'))).statusCode, 200, 'a client')
  const lackingScope = {
    'a user': ada.access_token,
    'a user who did not request it': (await signedUpWith(app, change, 'eve')).access_token,
    'an administrator with other scopes': await administrator(app, change, 'clients:write users:write'),
    'a client that did not request it': await tokenOf(app, worker),
  }
  for (const [caller, token] of Object.entries(lackingScope)) {
    for (const response of [
      await ask(app, token),
      await ask(app, token, 'POST'),
      await ask(app, token, 'POST', { now: true }),
    ]) {
      t.equal(response.statusCode, 403, caller)
      t.equal(response.headers['www-authenticate'], 'Bearer error="insufficient_scope", scope="keys:write"', caller)
      t.match(response.json(), { status: 403, code: 'insufficient_scope' }, caller)
    }
  }
  for (const token of [undefined, 'garbage', ada.refresh_token]) {
    for (const response of [await ask(app, token), await ask(app, token, 'POST', { now: true })]) {
      t.equal(response.statusCode, 401)
      t.equal(response.headers['www-authenticate'], token === undefined ? 'Bearer' : 'Bearer error="invalid_token"')
    }
  }
  t.equal(await count('signing_keys'), 1, 'nothing was rotated')

  await change("update users set scopes = 'clients:write'")
  t.equal((await ask(app, admin, 'POST')).statusCode, 403, 'a withdrawn scope no longer counts')
})

t.test('under HS256 the key is in the settings and rotated there', async (t) => {
  const { app, change, rows } = await buildWithSql(t, 'sqlite', { ALGORITHM: 'HS256' })
  const admin = await administrator(app, change)
  const [key, ...none] = keysOf(await ask(app, admin))
  t.strictSame(none, [])
  t.strictSame(key, {
    kid: key?.kid,
    alg: 'HS256',
    stage: 'signing',
    created_at: null,
    signs_at: null,
    retires_at: null,
    removed_at: null,
  })
  for (const payload of [{}, { now: true }]) {
    const response = await ask(app, admin, 'POST', payload)
    t.equal(response.statusCode, 409)
    t.match(response.json(), { status: 409, code: 'key_in_settings', detail: /SECRET_KEY_PREVIOUS/ })
  }
  t.equal((await ask(app, admin)).statusCode, 200)
  t.strictSame(await rows('select * from signing_keys'), [])
})

/** Signs in a user with administration scopes without requesting any. */
async function signedUpWith(app: App, change: (statement: string) => Promise<void>, username: string) {
  await register(app, username)
  await change(`update users set scopes = 'keys:write' where username = '${username}'`)
  return (await signIn(app, username)).json<TokenResponse>()
}
