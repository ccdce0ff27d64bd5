import { decodeJwt } from 'jose'
import t, { type Test } from 'tap'
import {
  administrator,
  build,
  getMe,
  onBoth,
  postForm,
  query,
  refresh,
  registerClient,
  secretFor,
  signedUp,
  signIn,
} from '../../support/build.ts'
import {
  basic,
  buildWithClients,
  introspect,
  invalidClient,
  removeClient,
  revoke,
  tokenOf,
  type RegisteredClient,
} from '../../support/clients.ts'
import { openService, spellings } from '../../support/forged-tokens.ts'

const minute = 60_000

onBoth(t, 'a user token is described by its claims and its user (RFC 7662 2.2)', async (t, database) => {
  const { app, resource } = await buildWithClients(t, database, { AUDIENCE: 'https://orders.example.com' })
  const { access_token: token } = await signedUp(app, 'Ada Straße')
  const response = await introspect(app, resource, token)
  t.equal(response.statusCode, 200)
  t.match(response.headers, {
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'content-type': 'application/json; charset=utf-8',
  })

  const { sub, sid, jti, iat, exp } = decodeJwt(token)
  const issuer = 'http://localhost:3000/auth'
  t.strictSame(response.json(), {
    active: true,
    scope: 'account',
    client_id: 'latchkey',
    username: 'Ada Straße',
    token_type: 'bearer',
    exp,
    iat,
    sub,
    aud: [issuer, 'https://orders.example.com'],
    iss: issuer,
    jti,
    sid,
    auth_time: iat,
    amr: ['pwd'],
    acr: 'aal1',
  })
})

t.test('a client token has neither a username nor a session', async (t) => {
  const { app, worker, resource } = await buildWithClients(t, 'sqlite')
  const token = await tokenOf(app, worker)
  const { jti, iat, exp } = decodeJwt(token)
  const issuer = 'http://localhost:3000/auth'
  t.strictSame((await introspect(app, resource, token)).json(), {
    active: true,
    scope: 'posts:write',
    client_id: worker.id,
    token_type: 'bearer',
    exp,
    iat,
    sub: worker.id,
    aud: [issuer],
    iss: issuer,
    jti,
  })
})

onBoth(t, 'introspection returns the scopes that are still held', async (t, database) => {
  const { app, change, worker, resource } = await buildWithClients(t, database)
  await signedUp(app, 'ada')
  await change("update users set scopes = 'posts:write keys:write' where username = 'ada'")
  const ada = (await signIn(app, 'ada', { scope: 'account posts:write keys:write' })).json().access_token
  const own = await tokenOf(app, worker, 'posts:write keys:write')
  const scopes = async () => [
    (await introspect(app, resource, ada)).json().scope,
    (await introspect(app, resource, own)).json().scope,
  ]
  t.strictSame(await scopes(), ['account posts:write keys:write', 'posts:write keys:write'])

  await change("update users set scopes = 'keys:write users:write' where username = 'ada'")
  await change(`update clients set scopes = 'posts:write clients:write' where id = '${worker.id}'`)
  t.strictSame(await scopes(), ['account keys:write', 'posts:write'], 'never more than was granted')

  await change("update users set scopes = '' where username = 'ada'")
  await change(`update clients set scopes = '' where id = '${worker.id}'`)
  t.strictSame(await scopes(), ['account', ''])
})

/** Checks that the whole response is `{"active":false}`. */
async function checkInactive(
  t: Test,
  app: Parameters<typeof introspect>[0],
  resource: RegisteredClient,
  tokens: Record<string, string>,
) {
  for (const [name, token] of Object.entries(tokens)) {
    const response = await introspect(app, resource, token)
    t.strictSame([response.statusCode, response.body], [200, '{"active":false}'], name)
  }
}

onBoth(t, 'every token that is currently invalid is exactly {"active":false}', async (t, database) => {
  const { app, change, clock, worker, resource } = await buildWithClients(t, database)
  const ada = await signedUp(app, 'ada')
  const bob = await signedUp(app, 'bob')
  const eve = await signedUp(app, 'eve')
  const own = await tokenOf(app, worker)
  const successor = (await refresh(app, ada.refresh_token)).json().refresh_token
  t.equal((await introspect(app, resource, ada.access_token)).json().active, true)
  const { sid } = decodeJwt(ada.access_token)

  await checkInactive(t, app, resource, {
    'a refresh token (J11)': successor,
    'a used refresh token': ada.refresh_token,
    'a session id': String(sid),
    'a client secret': worker.secret,
    garbage: 'garbage',
    'a space': ' ',
    dots: '..',
    'a long string': 'x'.repeat(8192),
    'an object property': '__proto__',
    'another alphabet': '😀.ключ.é',
    'a truncated token': ada.access_token.slice(0, -1),
    'a trailing space': `${ada.access_token} `,
    'a token in quotes': `"${ada.access_token}"`,
    'a Bearer prefix': `Bearer ${ada.access_token}`,
    'no signature': `${ada.access_token.slice(0, ada.access_token.lastIndexOf('.'))}.`,
  })

  await revoke(app, successor)
  await change("update users set disabled = 1 where username = 'bob'")
  await checkInactive(t, app, resource, { 'an ended session': ada.access_token, 'a disabled user': bob.access_token })
  for (const token of spellings(ada.access_token)) {
    t.equal((await introspect(app, resource, token)).body, '{"active":false}')
  }
  await change(`update clients set client_credentials = 0 where id = '${worker.id}'`)
  await checkInactive(t, app, resource, { 'a client that may no longer get tokens': own })
  await change('delete from clients where client_credentials = 0 and introspection = 0')
  await checkInactive(t, app, resource, { 'a removed client': own })

  clock.advance(15 * minute - 1000)
  t.equal(
    (await introspect(app, resource, eve.access_token)).json().active,
    true,
    'another token is active until its last second',
  )
  clock.advance(1000)
  await checkInactive(t, app, resource, { expired: eve.access_token })
})

t.test('a token signed by our key for another audience is exactly {"active":false}', async (t) => {
  const { app, forge, claims, clock, databaseUrl } = await openService(t)
  const other = await build(t, { environment: { PUBLIC_URL: 'http://localhost:3001' } })
  const stranger = await signedUp(other.app, 'ada')
  const admin = await administrator(app, async (statement) => {
    await query(databaseUrl, statement)
  })
  const resource = await registerClient(app, admin, { introspection: true })
  const later = Math.floor(clock.now() / 1000) + 3600

  t.equal((await introspect(app, resource, forge())).json().active, true, 'unchanged, it is active')
  await checkInactive(t, app, resource, {
    'a token of another service': stranger.access_token,
    'another issuer': forge({ claims: { iss: 'http://localhost:3001/auth' } }),
    'another audience': forge({ claims: { aud: 'https://orders.example.com' } }),
    'no audience': forge({ claims: { aud: [] } }),
    'an unknown session': forge({ claims: { sid: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a' } }),
    'the session of another user': forge({ claims: { sub: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a' } }),
    'no session': forge({ claims: { sid: undefined } }),
    'the first-party client as subject': forge({ claims: { sid: undefined, sub: 'latchkey', client_id: 'latchkey' } }),
    'an introspection client as subject': forge({
      claims: { sid: undefined, sub: resource.id, client_id: resource.id },
    }),
    'a client with a session': forge({ claims: { sub: resource.id, client_id: resource.id } }),
    'used before its nbf': forge({ claims: { iat: later, nbf: later, exp: later + 60 } }),
    'too long a lifetime': forge({ claims: { exp: Number(claims.exp) + 1 } }),
    'another type': forge({ header: { typ: 'JWT' } }),
    'no algorithm': forge({ header: { alg: 'none' }, signer: () => '' }),
  })
})

t.test('introspection requires a client registered for it', async (t) => {
  const { app, admin, worker, resource } = await buildWithClients(t, 'sqlite')
  const { access_token: token } = await signedUp(app, 'ada')
  const strangers = {
    'without a client': {},
    'the first-party client': { authorization: 'Basic Og==' },
    'the first-party client by name': { authorization: basic('latchkey:') },
    'a wrong secret': { authorization: basic(`${resource.id}:${secretFor('another')}`) },
    'the token itself': { authorization: `Bearer ${token}` },
    'an administrator': { authorization: `Bearer ${admin}` },
    'a client token': { authorization: `Bearer ${await tokenOf(app, worker)}` },
  }
  for (const [name, headers] of Object.entries(strangers)) {
    const response = await postForm(app, '/auth/introspect', { token }, headers)
    t.strictSame([response.statusCode, response.headers['www-authenticate']], [401, 'Basic realm="latchkey"'], name)
    t.match(response.json(), { error: 'invalid_client', code: 'invalid_client' }, name)
  }
  const response = await introspect(app, worker, token)
  t.equal(response.statusCode, 400)
  t.match(response.json(), { error: 'unauthorized_client', code: 'unauthorized_client' })

  await removeClient(app, admin, resource)
  t.strictSame((await introspect(app, resource, token)).json(), invalidClient, 'a removed client is rejected')
})

t.test('introspection changes nothing, by form or JSON, with any token_type_hint', async (t) => {
  const { app, resource } = await buildWithClients(t)
  const { access_token: token } = await signedUp(app, 'ada')
  const expected = (await introspect(app, resource, token)).json()
  t.equal(expected.active, true)
  for (const token_type_hint of ['access_token', 'refresh_token', 'nonsense', '']) {
    t.strictSame((await introspect(app, resource, token, { token_type_hint })).json(), expected, token_type_hint)
  }
  const { id: client_id, secret: client_secret } = resource
  t.strictSame(
    (
      await app.inject({ method: 'POST', url: '/auth/introspect', payload: { token, client_id, client_secret } })
    ).json(),
    expected,
  )
  t.strictSame((await introspect(app, resource, token, { x: '1' })).json(), expected, 'unknown parameters are ignored')
  t.equal((await getMe(app, token)).statusCode, 200)
})
