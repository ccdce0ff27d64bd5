import { createHash } from 'node:crypto'
import t from 'tap'
import {
  administrator,
  build,
  buildWithSql,
  onBoth,
  register,
  registerClient,
  signedUp,
  signIn,
  type TokenResponse,
} from '../../support/build.ts'
import { askToken, buildWithClients, removeClient, tokenOf } from '../../support/clients.ts'

type App = Awaited<ReturnType<typeof build>>['app']

interface Client {
  client_id: string
  client_name: string
  scope: string
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

function list(app: App, token: string, query = '') {
  return app.inject({ url: `/auth/clients${query}`, headers: bearer(token) })
}

function create(app: App, token: string, client: object) {
  return app.inject({
    method: 'POST',
    url: '/auth/clients',
    headers: bearer(token),
    payload: { client_name: 'a client', ...client },
  })
}

const withTokens = (scope: string) => ({ grant_types: ['client_credentials'], scope })

onBoth(
  t,
  'the secret of a client is only in the response that creates it, and in the database as a hash',
  async (t, database) => {
    const { app, change, clock, lines, rows } = await buildWithSql(t, database)
    const admin = await administrator(app, change)
    const response = await create(app, admin, {
      client_name: 'Orders & “Billing” 😀',
      ...withTokens('posts:write keys:write posts:write'),
      introspection: true,
    })
    t.equal(response.statusCode, 201)
    t.equal(response.headers['cache-control'], 'no-store')
    const { client_secret: secret, ...client } = response.json()
    t.match(secret, /^cs_[\w-]{43}$/)
    t.match(client.client_id, /^client_[\w-]{22}$/)
    t.strictSame(client, {
      client_id: client.client_id,
      client_name: 'Orders & “Billing” 😀',
      grant_types: ['client_credentials'],
      scope: 'posts:write keys:write',
      introspection: true,
      created_at: new Date(clock.now()).toISOString(),
    })
    const listed = await list(app, admin)
    t.strictSame([listed.statusCode, listed.json()], [200, { clients: [client], next: null }])
    t.notMatch(listed.body, /secret|hash/)

    const [row] = await rows('select * from clients')
    t.equal(row?.secret_hash, createHash('sha256').update(secret).digest('base64url'))
    t.notMatch(JSON.stringify(row), secret)
    t.notMatch(lines.join(''), secret)
    t.match(
      lines.join(''),
      new RegExp(`"event":"client_created","client_id":"${client.client_id}","scope":"posts:write keys:write"`),
    )
  },
)

onBoth(t, 'clients are listed page by page, oldest first, and removed (X1)', async (t, database) => {
  const { app, change, clock, lines } = await buildWithSql(t, database)
  const admin = await administrator(app, change)
  t.strictSame((await list(app, admin)).json(), { clients: [], next: null })
  const clients = []
  for (const client of [
    withTokens('posts:write'),
    { introspection: true },
    { ...withTokens(''), introspection: true },
  ]) {
    clock.advance(1)
    clients.push((await create(app, admin, client)).json<Client>())
  }
  const ids = async () => (await list(app, admin)).json<{ clients: Client[] }>().clients.map(({ client_id: id }) => id)
  const [first = '', second = '', third = ''] = clients.map(({ client_id: id }) => id)
  t.strictSame(await ids(), [first, second, third])
  const page = (await list(app, admin, '?limit=2')).json<{ next: string }>()
  t.match(page, { clients: [{ client_id: first }, { client_id: second }] })
  t.match((await list(app, admin, `?limit=2&cursor=${page.next}`)).json(), {
    clients: [{ client_id: third }],
    next: null,
  })
  t.match((await list(app, admin, '?cursor=x')).json(), { status: 400, errors: [{ path: '/cursor' }] })
  t.match((await list(app, admin)).json(), {
    clients: [
      { grant_types: ['client_credentials'] },
      { grant_types: [], scope: '', introspection: true },
      { scope: '' },
    ],
  })

  const removed = await removeClient(app, admin, { id: second })
  t.strictSame([removed.statusCode, removed.body], [204, ''])
  t.strictSame(await ids(), [first, third])
  t.match(lines.join(''), `"event":"client_deleted","client_id":"${second}"`)
  for (const id of [
    second,
    'client_of-nobody',
    'latchkey',
    '__proto__',
    '%27%20or%201=1%20--',
    '%F0%9F%98%80',
    '..%2Fkeys',
  ]) {
    const response = await removeClient(app, admin, { id })
    t.equal(response.statusCode, 404, id)
    t.match(response.json(), { code: 'not_found' }, id)
  }
  t.strictSame(await ids(), [first, third])
})

t.test('users and clients with the scope clients:write in their token are accepted, and no others', async (t) => {
  const { app, admin, change, count } = await buildWithClients(t, 'sqlite')
  const manager = await registerClient(app, admin, withTokens('clients:write posts:write'))
  const ada = await signedUp(app, 'ada')
  await register(app, 'eve')
  await change("update users set scopes = 'clients:write' where username = 'eve'")
  const before = await count('clients')
  for (const [caller, token] of Object.entries({
    'a user': ada.access_token,
    'a user who did not request it': (await signIn(app, 'eve')).json<TokenResponse>().access_token,
    'an administrator with other scopes': await administrator(app, change, 'keys:write users:write'),
    'a client that did not request it': await tokenOf(app, manager),
  })) {
    for (const response of [
      await list(app, token),
      await create(app, token, { introspection: true }),
      await removeClient(app, token, manager),
    ]) {
      t.equal(response.statusCode, 403, caller)
      t.equal(response.headers['www-authenticate'], 'Bearer error="insufficient_scope", scope="clients:write"', caller)
      t.match(response.json(), { status: 403, code: 'insufficient_scope' }, caller)
    }
  }
  for (const [token, code] of [
    ['', 'invalid_token'],
    ['garbage', 'invalid_token'],
    [ada.refresh_token, 'invalid_token'],
    [manager.secret, 'invalid_token'],
  ] as const) {
    for (const response of [
      await list(app, token),
      await create(app, token, { introspection: true }),
      await removeClient(app, token, manager),
    ]) {
      t.strictSame(
        [response.statusCode, response.json().code, response.headers['www-authenticate']],
        [401, code, `Bearer error="${code}"`],
      )
    }
  }
  t.strictSame(
    [(await app.inject('/auth/clients')).statusCode, (await app.inject('/auth/clients')).headers['www-authenticate']],
    [401, 'Bearer'],
  )
  t.equal(await count('clients'), before)

  const token = await tokenOf(app, manager, 'clients:write')
  const created = await create(app, token, { introspection: true })
  t.equal(created.statusCode, 201, 'a client with the scope creates one')
  t.equal((await removeClient(app, token, { id: created.json<Client>().client_id })).statusCode, 204)
  t.equal((await removeClient(app, token, manager)).statusCode, 204, 'and removes itself')
  t.equal((await list(app, token)).statusCode, 401)
})

t.test('an administrator cannot gain a scope they lack by creating or removing a client (S16)', async (t) => {
  const { app, admin, change, count } = await buildWithClients(t, 'sqlite')
  const powerful = await registerClient(app, admin, withTokens('keys:write'))
  const manager = await registerClient(app, admin, withTokens('clients:write'))
  await register(app, 'eve')
  await change("update users set scopes = 'clients:write keys:write' where username = 'eve'")
  const eve = async (scope: string) => (await signIn(app, 'eve', { scope })).json<TokenResponse>().access_token
  const withdrawn = await eve('clients:write keys:write')
  const partly = await eve('clients:write')
  t.equal(
    (await create(app, withdrawn, withTokens('keys:write'))).statusCode,
    201,
    'an administrator with the scope grants it',
  )
  await change("update users set scopes = 'clients:write' where username = 'eve'")
  const before = await count('clients')

  const actors = {
    'a user who lacks it': await administrator(app, change, 'clients:write'),
    'a user whose token lacks it': partly,
    'a user whose scope was withdrawn': withdrawn,
    'a client that lacks it': await tokenOf(app, manager, 'clients:write'),
  }
  for (const [caller, token] of Object.entries(actors)) {
    for (const scope of [
      'keys:write',
      'posts:write keys:write',
      'users:write',
      'audit:read',
      'admin:',
      'admin:anything',
      'users:',
      'clients:read',
      'clients:write keys:write',
    ]) {
      const response = await create(app, token, withTokens(scope))
      t.equal(response.statusCode, 403, `${caller}: ${scope}`)
      t.equal(response.headers['www-authenticate'], 'Bearer error="insufficient_scope"')
      t.match(response.json(), { status: 403, code: 'insufficient_scope' })
    }
    t.equal((await removeClient(app, token, powerful)).statusCode, 403, `${caller} removes it`)
    t.equal(await count('clients'), before, caller)
    const created = await create(app, token, withTokens('clients:write posts:write'))
    t.equal(created.statusCode, 201, `${caller} grants a scope they have`)
    t.equal((await removeClient(app, token, { id: created.json<Client>().client_id })).statusCode, 204)
  }
  t.equal(
    (await askToken(app, powerful, { scope: 'keys:write' })).statusCode,
    200,
    'the client with more scopes remains',
  )
})

t.test('a client token is rejected at account endpoints', async (t) => {
  const { app, worker, change } = await buildWithClients(t, 'sqlite')
  await change(`update clients set scopes = 'account posts:write' where id = '${worker.id}'`)
  t.equal(
    (await askToken(app, worker, { scope: 'account posts:write' })).statusCode,
    400,
    'a client is not granted the account scope',
  )
  const token = await tokenOf(app, worker, 'posts:write')
  for (const [method, url] of [
    ['GET', '/auth/users/me'],
    ['GET', '/auth/users/me/'],
    ['GET', '/auth/users/me/sessions'],
    ['DELETE', '/auth/users/me/sessions'],
    ['DELETE', '/auth/users/me/sessions/019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a'],
  ] as const) {
    const response = await app.inject({ method, url, headers: bearer(token) })
    t.equal(response.statusCode, 403, `${method} ${url}`)
    t.match(response.json(), { code: 'insufficient_scope' })
  }
})

t.test('a useless or invalid client is rejected by field', async (t) => {
  const { app, change, count } = await buildWithSql(t, 'sqlite')
  const admin = await administrator(app, change)
  const bad = [
    { client: { introspection: true, scope: 'posts:write' }, paths: ['/scope'] },
    { client: withTokens('account'), paths: ['/scope'] },
    { client: withTokens('posts:write account'), paths: ['/scope'] },
    { client: withTokens('posts:"write"'), paths: ['/scope'] },
    { client: withTokens('posts\\write'), paths: ['/scope'] },
    { client: withTokens('posts\twrite'), paths: ['/scope'] },
    { client: withTokens('schreiben:ä'), paths: ['/scope'] },
    { client: withTokens('x'.repeat(129)), paths: ['/scope'] },
    { client: { client_name: '', introspection: true }, paths: ['/client_name'] },
    { client: { client_name: 'a\nb', introspection: true }, paths: ['/client_name'] },
    { client: { client_name: 'a\u202eb', introspection: true }, paths: ['/client_name'] },
    { client: { client_name: 'x'.repeat(129), introspection: true }, paths: ['/client_name'] },
    { client: { grant_types: ['password'] }, paths: ['/grant_types/0'] },
    { client: { grant_types: ['client_credentials', 'client_credentials'] }, paths: ['/grant_types'] },
    { client: { introspection: 'yes' }, paths: ['/introspection'] },
    { client: { introspection: true, client_id: 'mine' }, paths: ['/client_id'] },
    { client: { introspection: true, client_secret: 'not-for-logs' }, paths: ['/client_secret'] },
  ]
  for (const { client, paths } of bad) {
    const response = await create(app, admin, client)
    t.equal(response.statusCode, 400, JSON.stringify(client))
    t.strictSame(
      response.json<{ errors?: { path: string }[] }>().errors?.map(({ path }) => path),
      paths,
      JSON.stringify(client),
    )
  }
  for (const client of [{}, { grant_types: [], introspection: false }]) {
    const response = await create(app, admin, client)
    t.strictSame([response.statusCode, response.json().code], [400, 'invalid_request'])
    t.match(response.json(), { detail: /client_credentials.*introspection/, errors: [{ path: '/grant_types' }] })
  }
  t.equal(await count('clients'), 0)
})

t.test('a blank name is rejected', async (t) => {
  const { app, change } = await buildWithSql(t, 'sqlite')
  const admin = await administrator(app, change)
  for (const client_name of [' ', '   ', '\u00a0', '\u3000']) {
    t.equal(
      (await create(app, admin, { client_name, introspection: true })).statusCode,
      400,
      JSON.stringify(client_name),
    )
  }
})
