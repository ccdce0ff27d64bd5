import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import latchkey from '../../src/plugin.ts'
import { administrator, createClock, getMe, postForm, query, registerClient, signedUp } from '../support/build.ts'
import { createHost, mountOptions } from '../support/host.ts'

const day = 24 * 60 * 60 * 1000

type Client = Awaited<ReturnType<typeof registerClient>>

/** A host with a route for clients and one for users, a signed-in user, and a client that may write invoices. */
async function createServingHost(t: Test, setUp: (app: FastifyInstance) => unknown = () => {}) {
  const app = createHost(t)
  const databaseUrl = `file:${t.testdir()}/latchkey.db`
  setUp(app)
  await app.register(latchkey, { ...mountOptions, databaseUrl, dataDir: t.testdirName })
  const { authenticate, authenticateClient, clientOf, principalOf } = app.latchkey
  app.get('/invoices', { onRequest: authenticateClient }, async (request) => clientOf(request))
  app.get('/greeting', { onRequest: authenticate }, async (request) => ({
    greeting: `Hello ${principalOf(request).account.username}`,
  }))
  app.get('/mistaken', { onRequest: authenticateClient }, async (request) => principalOf(request))
  app.get('/open', async (request) => clientOf(request))

  const admin = await administrator(app, async (statement) => {
    await query(databaseUrl, statement)
  })
  const billing = await registerClient(app, admin, {
    client_name: 'Billing',
    grant_types: ['client_credentials'],
    scope: 'invoices:write',
    introspection: true,
  })
  const { access_token: user } = await signedUp(app, 'ada')
  return { app, admin, billing, user, client: await tokenFor(app, billing) }
}

async function tokenFor(app: FastifyInstance, { authorization }: Client) {
  const response = await postForm(app, '/auth/token', { grant_type: 'client_credentials' }, { authorization })
  return response.json<{ access_token: string }>().access_token
}

t.test('a host’s own route knows which client calls and its scopes', async (t) => {
  const { app, billing, client } = await createServingHost(t)
  const response = await getMe(app, client, '/invoices')
  t.equal(response.statusCode, 200)
  t.match(response.json(), {
    client: { id: billing.id, name: 'Billing', scopes: ['invoices:write'] },
    scopes: ['invoices:write'],
  })
  t.notMatch(response.body, /secret|hash/)
})

const wrongSubject = { statusCode: 403, headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' } }
const notAuthenticated = { statusCode: 401, headers: { 'www-authenticate': 'Bearer' } }
const badToken = { statusCode: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }

t.test(
  'a route for users rejects clients and a route for clients rejects users, with 403 and the challenge',
  async (t) => {
    const handlers: Record<string, (app: FastifyInstance) => unknown> = {
      'Fastify’s own error handling': () => {},
      'a handler that sends the response itself': (app) =>
        app.setErrorHandler((error, _request, reply) => {
          reply
            .code(error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500)
            .type('text/plain')
            .send('no')
        }),
    }
    for (const [name, setUp] of Object.entries(handlers)) {
      const { app, client, user } = await createServingHost(t, setUp)
      t.match(await getMe(app, client, '/greeting'), wrongSubject, name)
      t.match(await getMe(app, user, '/invoices'), wrongSubject, name)
      t.match(await app.inject('/invoices'), notAuthenticated, name)
      t.match(await getMe(app, `${client}x`, '/invoices'), badToken, name)
      t.match(await getMe(app, user, '/greeting'), { statusCode: 200 }, name)
    }
  },
)

t.test('a removed client is rejected on its next request, at the host as well', async (t) => {
  const { app, admin, billing, client } = await createServingHost(t)
  t.equal((await getMe(app, client, '/invoices')).statusCode, 200)
  await app.inject({
    method: 'DELETE',
    url: `/auth/clients/${billing.id}`,
    headers: { authorization: `Bearer ${admin}` },
  })
  t.match(await getMe(app, client, '/invoices'), badToken)
})

t.test('asking for the wrong subject is 403 behind a guard and 500 without one', async (t) => {
  const { app, client } = await createServingHost(t)
  t.match(await getMe(app, client, '/mistaken'), { statusCode: 403 })
  const unguarded = await getMe(app, client, '/open')
  t.equal(unguarded.statusCode, 500)
  t.match(unguarded.json(), { message: /not guarded/ })
})

t.test('a host without timers deletes expired rows when it chooses', async (t) => {
  const clock = createClock()
  const app = createHost(t)
  const databaseUrl = `file:${t.testdir()}/latchkey.db`
  await app.register(latchkey, { ...mountOptions, databaseUrl, dataDir: t.testdirName, now: clock.now })
  await signedUp(app, 'ada')
  clock.advance(14 * day)
  await signedUp(app, 'grace')
  t.equal((await query(databaseUrl, 'select id from sessions')).length, 2)
  await Promise.all([app.latchkey.housekeep(), app.latchkey.housekeep()])
  t.equal((await query(databaseUrl, 'select id from sessions')).length, 1)
})
