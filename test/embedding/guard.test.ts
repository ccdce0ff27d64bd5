import type { FastifyInstance } from 'fastify'
import t from 'tap'
import latchkey, { ApiError } from '../../src/plugin.ts'
import { createClock, getMe, postForm, signedUp } from '../support/build.ts'
import { createHost, mountOptions } from '../support/host.ts'
import { deleteAccount } from '../support/recovery.ts'

const minute = 60_000

/** A route of the host's own for any signed-in user. */
function addGreeting(app: FastifyInstance) {
  app.get('/greeting', { onRequest: app.latchkey.authenticate }, async (request) => {
    const { account, scopes, session } = app.latchkey.principalOf(request)
    return { greeting: `Hello ${account.username}`, scopes, session }
  })
}

t.test('a host’s own route knows the signed-in user', async (t) => {
  const app = createHost(t)
  await app.register(latchkey, mountOptions)
  addGreeting(app)
  for (const username of ['ada', 'grace']) {
    const { access_token: token } = await signedUp(app, username)
    const response = await getMe(app, token, '/greeting')
    t.equal(response.statusCode, 200)
    t.match(response.json(), { greeting: `Hello ${username}`, scopes: ['account'], session: { id: /^[0-9a-f-]{36}$/ } })
  }
})

t.test('a host need not await the registration before it adds routes', async (t) => {
  const app = createHost(t)
  app.register(latchkey, mountOptions)
  app.register(async (scope) => addGreeting(scope))
  const { access_token: token } = await signedUp(app, 'ada')
  t.equal((await getMe(app, token, '/greeting')).json().greeting, 'Hello ada')
})

const refusals = [
  { authorization: undefined, challenge: 'Bearer', message: 'Not authenticated', code: 'not_authenticated' },
  { authorization: 'Basic YWRhOng=', challenge: 'Bearer', message: 'Not authenticated', code: 'not_authenticated' },
  {
    authorization: 'Bearer e30.e30.e30',
    challenge: 'Bearer error="invalid_token"',
    message: 'Could not validate credentials',
    code: 'invalid_token',
  },
]

t.test('a rejection goes through the host’s own error handling, with the challenge of RFC 6750', async (t) => {
  const handlers: Record<string, (app: FastifyInstance) => unknown> = {
    'Fastify’s own handler': () => {},
    'a handler with another response shape': (app) =>
      app.setErrorHandler(async (error, _request, reply) => {
        reply.code(error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500)
        return { oops: error instanceof Error ? error.message : '' }
      }),
    'a handler that sends the response itself': (app) =>
      app.setErrorHandler((error, _request, reply) => {
        reply
          .code(401)
          .type('text/plain')
          .send(error instanceof Error ? error.message : '')
      }),
  }
  for (const [name, setHandler] of Object.entries(handlers)) {
    t.test(name, async (t) => {
      const app = createHost(t)
      setHandler(app)
      await app.register(latchkey, mountOptions)
      addGreeting(app)
      for (const { authorization, challenge, message } of refusals) {
        const response = await app.inject({
          url: '/greeting',
          headers: { ...(authorization === undefined ? {} : { authorization }) },
        })
        t.equal(response.statusCode, 401)
        t.equal(response.headers['www-authenticate'], challenge)
        t.match(response.body, message)
        t.notMatch(response.headers['content-type'], 'problem+json', 'the host sends the response')
      }
    })
  }
})

t.test('the error passed to a host’s handler says what is wrong', async (t) => {
  const app = createHost(t)
  const seen: unknown[] = []
  app.setErrorHandler(async (error) => {
    seen.push(error)
    return 'seen'
  })
  await app.register(latchkey, mountOptions)
  addGreeting(app)
  for (const { authorization } of refusals) {
    await app.inject({ url: '/greeting', headers: { ...(authorization === undefined ? {} : { authorization }) } })
  }
  t.match(
    seen,
    refusals.map(({ message, code, challenge }) => ({
      statusCode: 401,
      message,
      code,
      headers: { 'www-authenticate': challenge },
    })),
  )
})

t.test('a token rejected under the prefix is rejected by the host: an expired one', async (t) => {
  const clock = createClock()
  const app = createHost(t)
  await app.register(latchkey, { ...mountOptions, now: clock.now })
  addGreeting(app)
  const { access_token: token } = await signedUp(app, 'ada')
  t.equal((await getMe(app, token, '/greeting')).statusCode, 200)
  clock.advance(15 * minute)
  t.equal((await getMe(app, token, '/greeting')).statusCode, 401)
})

t.test('a request to an unguarded route has no principal', async (t) => {
  const app = createHost(t)
  await app.register(latchkey, mountOptions)
  app.get('/open', async (request) => app.latchkey.principalOf(request))
  const { access_token: token } = await signedUp(app, 'ada')
  const response = await getMe(app, token, '/open')
  t.equal(response.statusCode, 500)
  t.match(response.json(), { message: /not guarded/ })
})

t.test('a host creates accounts despite closed signup and checks whether the database responds', async (t) => {
  const app = createHost(t)
  await app.register(latchkey, { ...mountOptions, signup: 'closed' })
  const ada = await app.latchkey.createUser({ username: 'ada', password: 'secret not-for-logs' })
  t.match(ada, { username: 'ada', email: null, disabled: false })
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: '/auth/users',
        payload: { username: 'eve', password: 'secret not-for-logs' },
      })
    ).statusCode,
    403,
  )
  await t.resolves(app.latchkey.checkReady())
})

t.test('a host creates a user once and gets an error if the name is taken (N5)', async (t) => {
  const app = createHost(t)
  await app.register(latchkey, { ...mountOptions, signup: 'closed' })
  const password = 'secret not-for-logs'
  const created = await Promise.all(
    ['Ada', 'ada'].map((username) => app.latchkey.ensureUser({ username, password, scopes: ['posts:write'] })),
  )
  const [ada] = created
  t.strictSame(created, [ada, ada], 'two instances start at once')
  t.match(ada, { username: /^ada$/i, scopes: ['posts:write'] })

  const again = await app.latchkey.ensureUser({ username: 'ada', password: 'secret, another not-for-logs', scopes: [] })
  t.strictSame(again, ada, 'nothing is changed')
  const token = (password: string) => postForm(app, '/auth/token', { username: 'ada', password })
  t.equal((await token('secret, another not-for-logs')).statusCode, 401)
  const { access_token: accessToken } = (await token(password)).json<{ access_token: string }>()

  const error: unknown = await app.latchkey.createUser({ username: 'ADA', password }).catch((error) => error)
  t.ok(error instanceof ApiError && error.code === 'username_taken' && error.statusCode === 409)

  t.equal((await deleteAccount(app, accessToken, password)).statusCode, 204)
  await t.rejects(app.latchkey.ensureUser({ username: 'ada', password }), { code: 'username_taken' })
  await t.rejects(app.latchkey.ensureUser({ username: 'a@b', password }), { code: 'invalid_request' })
})

t.test('a host cannot create a user with an empty password, such as that of an unset variable', async (t) => {
  const app = createHost(t)
  await app.register(latchkey, mountOptions)
  const { createUser, ensureUser } = app.latchkey
  const robot = { username: 'robot', password: '' }
  const rejection = { name: 'ApiError', code: 'invalid_request', statusCode: 400, errors: [{ path: '/password' }] }
  await t.rejects(createUser(robot), rejection)
  await t.rejects(ensureUser(robot), rejection)
  await ensureUser({ ...robot, password: 'secret not-for-logs' })
  await t.rejects(ensureUser(robot), rejection, 'also when the user exists')
})

t.test('a host’s own route requires scopes (N4)', async (t) => {
  const app = createHost(t)
  await app.register(latchkey, mountOptions)
  const { authenticate, authenticateClient, requireScope, principalOf, createUser } = app.latchkey
  app.post('/posts', { onRequest: requireScope('posts:write') }, async () => 'written')
  app.post('/drafts', { preHandler: requireScope('posts:write', 'drafts:write') }, async () => 'written')
  app.post('/own', { onRequest: [authenticate, requireScope('posts:write')] }, async (request) => {
    return principalOf(request).account.username
  })
  app.post('/machines', { onRequest: [authenticateClient, requireScope('posts:write')] }, async () => 'written')
  const password = 'secret not-for-logs'
  await createUser({ username: 'ada', password, scopes: ['posts:write', 'audit:read'] })
  await createUser({ username: 'bob', password })
  const tokenOf = async (username: string, scope: string) =>
    (await postForm(app, '/auth/token', { username, password, scope })).json<{ access_token: string }>().access_token
  const [ada, reader, bob] = [
    await tokenOf('ada', 'account posts:write'),
    await tokenOf('ada', 'account audit:read'),
    await tokenOf('bob', ''),
  ]
  const post = (url: string, token?: string) =>
    app.inject({ method: 'POST', url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })

  t.equal((await post('/posts', ada)).body, 'written')
  t.equal((await post('/own', ada)).body, 'ada')
  for (const token of [reader, bob]) {
    const response = await post('/posts', token)
    t.equal(response.statusCode, 403)
    t.match(response.json(), { code: 'insufficient_scope' })
    t.equal(response.headers['www-authenticate'], 'Bearer error="insufficient_scope", scope="posts:write"')
  }
  t.equal((await post('/drafts', ada)).statusCode, 403, 'every scope is required')
  t.equal((await post('/machines', ada)).statusCode, 403)
  t.match(await post('/posts'), { statusCode: 401, headers: { 'www-authenticate': 'Bearer' } })

  const refusals = await getMe(app, reader, '/auth/events?event=authorization_failed')
  t.match(refusals.json().events.at(-1), { details: { operation: 'POST /posts', missing: ['posts:write'] } })
  for (const scopes of [[''], ['posts write']] as [string][]) t.throws(() => requireScope(...scopes))
})
