import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import latchkey, { type Latchkey } from '../../src/plugin.ts'
import {
  createPostgresDatabase,
  getMe,
  onBoth,
  postForm,
  query,
  secretFor,
  type DatabaseKind,
} from '../support/build.ts'
import { createPasskey, type Options, passkeyGrant } from '../support/authenticator.ts'
import { createHost, mountOptions } from '../support/host.ts'

/** One host with staff and customer accounts, whose tokens are even signed with the same secret. */
async function createDoubleHost(t: Test, database: DatabaseKind = 'sqlite') {
  const app = createHost(t)
  for (const name of ['staff', 'customers']) {
    await app.register(latchkey, {
      ...mountOptions,
      name,
      prefix: `/${name}`,
      databaseUrl: database === 'sqlite' ? ':memory:' : await createPostgresDatabase(t),
      masterKey: secretFor('master key of both'),
      secretKey: secretFor('secret key of both'),
      algorithm: 'HS256',
    })
    const mount = app.getDecorator<Latchkey>(name)
    app.get(`/for-${name}`, { onRequest: mount.authenticate }, async (request) => mount.principalOf(request).account)
  }
  return { app, staff: app.getDecorator<Latchkey>('staff'), customers: app.getDecorator<Latchkey>('customers') }
}

async function signUp(app: FastifyInstance, prefix: string, username: string, password: string): Promise<string> {
  await app.inject({ method: 'POST', url: `${prefix}/users`, payload: { username, password } })
  const response = await postForm(app, `${prefix}/token`, { username, password })
  return response.json().access_token
}

onBoth(t, 'the users of one mount do not exist in the other', async (t, database) => {
  const { app } = await createDoubleHost(t, database)
  t.type(await signUp(app, '/staff', 'ada', secretFor('ada of the staff')), 'string')

  const stranger = await postForm(app, '/customers/token', { username: 'ada', password: secretFor('ada of the staff') })
  t.equal(stranger.statusCode, 401)
  t.equal(stranger.json().detail, 'Incorrect username or password')

  t.type(
    await signUp(app, '/customers', 'ada', secretFor('ada, a customer')),
    'string',
    'the name is free in the other mount',
  )
})

t.test('the tokens of one mount are rejected by the other despite the same key', async (t) => {
  const { app } = await createDoubleHost(t, 'sqlite')
  const staff = await signUp(app, '/staff', 'ada', secretFor('ada'))
  const customer = await signUp(app, '/customers', 'ada', secretFor('ada'))

  for (const [token, own, foreign] of [
    [staff, 'staff', 'customers'],
    [customer, 'customers', 'staff'],
  ] as const) {
    const mine = await getMe(app, token, `/for-${own}`)
    t.equal(mine.statusCode, 200)
    t.equal(mine.json().id, (await getMe(app, token, `/${own}/users/me`)).json().id)
    for (const url of [`/for-${foreign}`, `/${foreign}/users/me`, `/${foreign}/users/me/`]) {
      const response = await getMe(app, token, url)
      t.equal(response.statusCode, 401, url)
      t.equal(response.headers['www-authenticate'], 'Bearer error="invalid_token"')
    }
  }
})

t.test('the clients and keys of one mount do not exist in the other', async (t) => {
  const app = createHost(t)
  const databases = { staff: `file:${t.testdir()}/staff.db`, customers: `file:${t.testdirName}/customers.db` }
  for (const [name, databaseUrl] of Object.entries(databases)) {
    await app.register(latchkey, {
      ...mountOptions,
      name,
      prefix: `/${name}`,
      databaseUrl,
      masterKey: secretFor('master key of both'),
    })
  }
  const client = await createStaffClient(app, databases.staff)

  const fields = { grant_type: 'client_credentials', scope: 'keys:write' }
  const { authorization } = client
  const { access_token: token } = (await postForm(app, '/staff/token', fields, { authorization })).json<{
    access_token: string
  }>()
  t.equal((await getMe(app, token, '/staff/keys')).statusCode, 200)
  t.match((await postForm(app, '/customers/token', fields, { authorization })).json(), { error: 'invalid_client' })
  t.match((await postForm(app, '/customers/introspect', { token }, { authorization })).json(), {
    error: 'invalid_client',
  })
  t.equal((await getMe(app, token, '/customers/keys')).statusCode, 401)

  const kidsOf = async (name: string) =>
    (await app.inject(`/${name}/jwks.json`)).json<{ keys: { kid: string }[] }>().keys.map(({ kid }) => kid)
  const [staffKeys, customerKeys] = [await kidsOf('staff'), await kidsOf('customers')]
  t.notSame(staffKeys, customerKeys)
  await app.inject({
    method: 'POST',
    url: '/staff/keys/rotate',
    headers: { authorization: `Bearer ${token}` },
    payload: { now: true },
  })
  t.notSame(await kidsOf('staff'), staffKeys)
  t.strictSame(await kidsOf('customers'), customerKeys, 'the other mount keeps its keys')
})

t.test('a user of one mount is unknown to the other', async (t) => {
  const { app, staff, customers } = await createDoubleHost(t)
  const names = (mount: Latchkey) => async (request: Parameters<Latchkey['principalOf']>[0]) => ({
    username: mount.principalOf(request).account.username,
  })
  app.get('/staff-by-customers', { onRequest: staff.authenticate }, names(customers))
  app.get('/customers-by-staff', { onRequest: customers.authenticate }, names(staff))

  const ada = await signUp(app, '/staff', 'ada', secretFor('ada'))
  const grace = await signUp(app, '/customers', 'grace', secretFor('grace'))
  for (const [token, url] of [
    [ada, '/staff-by-customers'],
    [grace, '/customers-by-staff'],
  ] as const) {
    const response = await getMe(app, token, url)
    t.equal(response.statusCode, 500)
    t.match(response.json(), { message: /not guarded/ })
  }
})

t.test('each mount adds one decorator, under its own name', async (t) => {
  const bare = createHost(t)
  const { app } = await createDoubleHost(t)
  const added = Object.keys(app).filter((name) => !Object.hasOwn(bare, name))
  t.strictSame(added, ['staff', 'customers'])
})

t.test('a second mount with the same name is rejected', async (t) => {
  const app = createHost(t)
  await app.register(latchkey, mountOptions)
  await t.rejects(async () => app.register(latchkey, { ...mountOptions, prefix: '/other' }), { message: /latchkey/ })
})

/** A staff client that may rotate keys and introspect. */
async function createStaffClient(app: FastifyInstance, databaseUrl: string) {
  const credentials = { username: 'ada', password: secretFor('ada') }
  await app.inject({ method: 'POST', url: '/staff/users', payload: credentials })
  await query(databaseUrl, "update users set scopes = 'keys:write clients:write'")
  const admin = (await postForm(app, '/staff/token', { ...credentials, scope: 'keys:write clients:write' })).json<{
    access_token: string
  }>().access_token
  const payload = {
    client_name: 'a client',
    grant_types: ['client_credentials'],
    scope: 'keys:write',
    introspection: true,
  }
  const made = await app.inject({
    method: 'POST',
    url: '/staff/clients',
    headers: { authorization: `Bearer ${admin}` },
    payload,
  })
  const { client_id: id, client_secret: secret } = made.json<{ client_id: string; client_secret: string }>()
  return { id, authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }
}

t.test('the passkeys of one mount are rejected by the other, which has another domain', async (t) => {
  const app = createHost(t)
  for (const name of ['staff', 'customers']) {
    await app.register(latchkey, {
      ...mountOptions,
      name,
      prefix: `/${name}`,
      publicUrl: `https://${name}.example.com`,
      masterKey: secretFor('master key of both'),
    })
  }
  const post = async (url: string, payload: object = {}, token?: string) =>
    app.inject({
      method: 'POST',
      url,
      payload,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    })
  const token = await signUp(app, '/staff', 'ada', secretFor('ada'))
  const creation = (await post('/staff/users/me/passkeys/options', {}, token)).json<Options>()
  t.match(creation, { rp: { id: 'staff.example.com' } })
  const passkey = createPasskey(creation, { origin: 'https://staff.example.com' })
  t.equal((await post('/staff/users/me/passkeys', { credential: passkey.credential }, token)).statusCode, 201)

  const customer = await signUp(app, '/customers', 'ada', secretFor('ada'))
  const added = await post('/customers/users/me/passkeys', { credential: passkey.credential }, customer)
  t.equal(added.json().code, 'invalid_passkey')
  for (const prefix of ['/customers', '/staff']) {
    const options = (await post(`${prefix}/passkey/options`)).json<Options>()
    t.equal(options.rpId, `${prefix.slice(1)}.example.com`)
    const credential = JSON.stringify(passkey.use(options))
    const response = await post(`${prefix}/token`, { grant_type: passkeyGrant, credential })
    t.equal(response.statusCode, prefix === '/staff' ? 200 : 400, prefix)
  }
})
