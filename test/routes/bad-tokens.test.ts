import t from 'tap'
import { getMe, refresh, secretFor, signedUp } from '../support/build.ts'
import { askToken, buildWithClients, introspect, tokenOf } from '../support/clients.ts'
import { mfaGrant } from '../support/factors.ts'
import { newPassword } from '../support/recovery.ts'
import {
  badField,
  badOption,
  checkOAuthError,
  checkProblem,
  form,
  json,
  requestOf,
  typesOfJson,
  unexpected,
  unreadable,
  type Bad,
} from '../support/bad-requests.ts'

const client = { client_id: 'client_AAAAAAAAAAAAAAAAAAAAAA', client_secret: 'not-for-logs' }

const endpoints = [
  {
    name: 'a refresh',
    url: '/auth/token',
    bad: (token: string): Bad[] => [
      ...unreadable({ grant_type: 'refresh_token', refresh_token: token }),
      ...badField('refresh_token', 8192, { grant_type: 'refresh_token' }),
      ...badOption('scope', 1024, { grant_type: 'refresh_token', refresh_token: token }),
    ],
  },
  {
    name: 'a code after the password',
    url: '/auth/token',
    bad: (): Bad[] => [
      ...badField('mfa_token', 8192, { grant_type: mfaGrant, otp: '123456' }),
      ...badField('otp', 64, { grant_type: mfaGrant, mfa_token: 'mt_1.' }),
    ],
  },
  {
    name: 'the client credentials grant',
    url: '/auth/token',
    bad: (): Bad[] => [
      ...unreadable({ grant_type: 'client_credentials', ...client }),
      ...badOption('client_id', 256, { grant_type: 'client_credentials' }),
      ...badOption('client_secret', 1024, { grant_type: 'client_credentials', client_id: client.client_id }),
    ],
  },
  ...['/auth/revoke', '/auth/introspect'].map((url) => ({
    name: url,
    url,
    bad: (token: string): Bad[] => [
      ...unreadable({ token }),
      ...badField('token', 8192, {}),
      ...badOption('token_type_hint', 256, { token }),
      ...badOption('client_id', 256, { token }),
    ],
  })),
]

for (const { name, url, bad } of endpoints) {
  t.test(`bad requests are rejected by field in the shape of OAuth 2.0, and change nothing: ${name}`, async (t) => {
    const { app, worker, resource, count, lines } = await buildWithClients(t, 'sqlite')
    const ada = await signedUp(app, 'ada')
    const counts = async () => Promise.all([count('users'), count('sessions'), count('clients'), count('signing_keys')])
    const before = await counts()
    for (const each of bad(ada.refresh_token)) {
      const response = await app.inject(requestOf(url, each))
      t.equal(response.statusCode, each.status, each.what)
      checkOAuthError(t, response, each)
      if (response.body.includes(ada.refresh_token)) t.fail(`${each.what}: the response contains the token`)
    }
    t.strictSame(await counts(), before)
    t.notMatch(lines.join(''), /"level":[56]0/, 'no error is logged')
    t.equal((await refresh(app, ada.refresh_token)).statusCode, 200, 'the token is still valid')
    t.equal((await getMe(app, ada.access_token)).statusCode, 200)
    t.equal((await askToken(app, worker)).statusCode, 200)
    t.equal((await introspect(app, resource, ada.access_token)).json().active, true)
  })
}

t.test('no spelling of a content type bypasses the schema (F1)', async (t) => {
  const { app, admin, count } = await buildWithClients(t)
  const ada = await signedUp(app, 'ada')
  const invalid = [
    {
      url: '/auth/token',
      body: { grant_type: 'refresh_token', refresh_token: [ada.refresh_token] },
      path: '/refresh_token',
    },
    { url: '/auth/revoke', body: { token: [ada.refresh_token] }, path: '/token' },
    { url: '/auth/introspect', body: { token: { x: 1 } }, path: '/token' },
    { url: '/auth/keys/rotate', body: { now: 'yes' }, path: '/now' },
    { url: '/auth/clients', body: { client_name: ['x'], introspection: true }, path: '/client_name' },
    { url: '/auth/password-reset', body: { username: ['ada'] }, path: '/username' },
    { url: '/auth/password-reset/confirm', body: { token: ['x'], new_password: newPassword }, path: '/token' },
    {
      url: '/auth/users/me/password',
      body: { current_password: { x: 1 }, new_password: newPassword },
      path: '/current_password',
    },
    { url: '/auth/users/me/delete', body: { current_password: [secretFor('ada')] }, path: '/current_password' },
    { url: '/auth/users/me/totp', body: { name: ['Phone'] }, path: '/name' },
    { url: '/auth/users/me/reauthenticate', body: { otp: ['123456'] }, path: '/otp' },
    { url: '/auth/token', body: { grant_type: mfaGrant, mfa_token: 'mt_1.', otp: { x: 1 } }, path: '/otp' },
  ]
  const before = [await count('sessions'), await count('clients'), await count('signing_keys')]
  for (const [type, status] of typesOfJson) {
    for (const { url, body, path } of invalid) {
      const response = await app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': type, authorization: `Bearer ${admin}` },
        payload: JSON.stringify(body),
      })
      t.equal(response.statusCode, status, `${JSON.stringify(type)} to ${url}`)
      if (status === 400) {
        t.strictSame(
          response.json<{ errors: { path: string }[] }>().errors.map(({ path }) => path),
          [path],
        )
      }
    }
  }
  t.strictSame([await count('sessions'), await count('clients'), await count('signing_keys')], before)
})

t.test('hidden keys change nothing (F4)', async (t) => {
  const { app, resource, worker } = await buildWithClients(t)
  const ada = await signedUp(app, 'ada')
  const own = await tokenOf(app, worker)
  for (const field of [
    '"__proto__":{"polluted":1,"token":"x","scope":"keys:write"}',
    '"constructor":{"prototype":{"polluted":1}}',
    '"__proto__":null',
    '"a":{"__proto__":{"polluted":1}}',
    '"__proto__":""',
  ]) {
    const ask = (url: string, body: string, authorization?: string) =>
      app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': json, ...(authorization === undefined ? {} : { authorization }) },
        payload: `{${body},${field}}`,
      })
    t.equal(
      (await ask('/auth/token', '"grant_type":"client_credentials"', worker.authorization)).json().scope,
      'posts:write',
      field,
    )
    t.equal(
      (await ask('/auth/token', `"grant_type":"refresh_token","refresh_token":"${ada.refresh_token}"`)).json().scope,
      'account',
      field,
    )
    t.equal((await ask('/auth/introspect', `"token":"${own}"`, resource.authorization)).json().sub, worker.id, field)
    t.equal((await ask('/auth/revoke', '"token":"x"')).statusCode, 200, field)
    t.equal((await ask('/auth/revoke', '"x":1')).statusCode, 400, field)
    for (const name of ['polluted', 'token', 'scope']) t.equal(Reflect.get({}, name), undefined, field)
  }
  t.equal((await getMe(app, ada.access_token)).statusCode, 200)
})

t.test('bad requests to administer and to end sessions are rejected by field, and change nothing', async (t) => {
  const { app, admin, count, lines } = await buildWithClients(t, 'sqlite')
  const ada = await signedUp(app, 'ada')
  const counts = async () => Promise.all([count('users'), count('sessions'), count('clients'), count('signing_keys')])
  const before = await counts()

  const newClient = { client_name: 'x', introspection: true }
  const bodies: Array<[url: string, bad: Bad[]]> = [
    [
      '/auth/keys/rotate',
      [
        ...unreadable({ now: 'true' }),
        ...unexpected({ now: true }),
        ...['yes', 1, null, ['true'], {}].map((now) => ({
          what: `now: ${JSON.stringify(now)}`,
          type: json,
          body: { now },
          status: 400,
          paths: ['/now'],
        })),
        { what: 'now in a form', type: form, body: 'now=true', status: 400, paths: ['/now'] },
        { what: 'now twice', type: form, body: 'now=true&now=true', status: 400, paths: ['/now'] },
      ],
    ],
    [
      '/auth/clients',
      [
        ...unreadable({ client_name: 'x' }),
        ...unexpected(newClient),
        { what: 'nothing', type: json, body: {}, status: 400, paths: ['/client_name'] },
        ...[1, null, ['x'], {}, '', 'a\0b', 'a\ud800b', 'x'.repeat(8193)].map((name) => ({
          what: `a name: ${JSON.stringify(name)?.slice(0, 20)}`,
          type: json,
          body: { ...newClient, client_name: name },
          status: 400,
          paths: ['/client_name'],
        })),
        ...[1, null, ['x'], {}, 'a\0b', 'x'.repeat(1025)].map((scope) => ({
          what: `a scope: ${JSON.stringify(scope)?.slice(0, 20)}`,
          type: json,
          body: { client_name: 'x', grant_types: ['client_credentials'], scope },
          status: 400,
          paths: ['/scope'],
        })),
        ...['client_credentials', 1, null, {}].map((types) => ({
          what: `grant_types: ${JSON.stringify(types)}`,
          type: json,
          body: { client_name: 'x', grant_types: types },
          status: 400,
          paths: ['/grant_types'],
        })),
      ],
    ],
  ]
  for (const [url, bad] of bodies) {
    for (const each of bad) {
      const response = await app.inject(requestOf(url, each, { authorization: `Bearer ${admin}` }))
      t.equal(response.statusCode, each.status, `${url}: ${each.what}`)
      checkProblem(t, response, each)
    }
  }

  const addresses: Array<[method: 'GET' | 'DELETE', url: string, status: number, path?: string]> = [
    ['DELETE', '/auth/clients/%00', 400, '/client_id'],
    ['DELETE', '/auth/clients/%ZZ', 400],
    ['DELETE', `/auth/clients/${'x'.repeat(65)}`, 400, '/client_id'],
    ['DELETE', `/auth/clients/${'x'.repeat(8192)}`, 404],
    ['DELETE', '/auth/clients/', 404],
    ['DELETE', '/auth/clients', 405],
    ['DELETE', '/auth/clients/x?x=1', 400, '/x'],
    ['GET', '/auth/clients?x=1', 400, '/x'],
    ['GET', '/auth/keys?__proto__[polluted]=1', 400, '/__proto__[polluted]'],
    ['GET', '/auth/keys/rotate', 405],
    ['GET', '/auth/users/me/sessions?x=1', 400, '/x'],
    ['DELETE', '/auth/users/me/sessions?x=1', 400, '/x'],
    ['DELETE', '/auth/users/me/sessions/x', 400, '/id'],
    ['DELETE', '/auth/users/me/sessions/%00', 400, '/id'],
    ['DELETE', '/auth/users/me/sessions/__proto__', 400, '/id'],
    ['DELETE', `/auth/users/me/sessions/${'x'.repeat(8192)}`, 404],
    ['DELETE', '/auth/users/me/sessions/019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a', 404],
    ['DELETE', '/auth/users/me/sessions/019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a%00', 400, '/id'],
  ]
  for (const [method, url, status, path] of addresses) {
    const response = await app.inject({ method, url, headers: { authorization: `Bearer ${admin}` } })
    const what = `${method} ${url.slice(0, 60)}`
    t.equal(response.statusCode, status, what)
    checkProblem(t, response, { what, ...(path === undefined ? {} : { paths: [path] }) })
  }
  t.strictSame(await counts(), before)
  t.notMatch(lines.join(''), /"level":[56]0/, 'no error is logged')
  t.equal((await getMe(app, ada.access_token)).statusCode, 200)
})
