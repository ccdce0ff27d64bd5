import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import {
  build,
  buildWithSql,
  createPostgresDatabase,
  databaseOf,
  getMe,
  onBoth,
  register,
  secretFor,
  signedUp,
  signIn,
} from '../support/build.ts'

onBoth(t, 'the service is live and ready', async (t, database) => {
  const { app } = await build(t, { database })
  for (const url of ['/health/live', '/health/ready']) {
    const response = await app.inject({ url })
    t.equal(response.statusCode, 200, url)
    t.strictSame(response.json(), { status: 'ok' }, url)
    t.equal(response.headers['content-type'], 'application/json; charset=utf-8', url)
    const head = await app.inject({ method: 'HEAD', url })
    t.strictSame([head.statusCode, head.body], [200, ''], `HEAD ${url}`)
    const withQuery = await app.inject({ url: `${url}?from=a&load[balancer]=1&from=b` })
    t.strictSame([withQuery.statusCode, withQuery.json()], [200, { status: 'ok' }], `${url} with a query`)
  }
})

t.test(
  'without its database the service is live but not ready, sends Retry-After, and recovers by itself',
  async (t) => {
    const proxy = await proxyTo(t, new URL(await createPostgresDatabase(t)))
    const { app, lines } = await build(t, {
      environment: { ...(await databaseOf(t, 'postgres')), DATABASE_URL: proxy.url },
    })
    const { access_token } = await signedUp(app, 'ada')
    t.equal((await app.inject('/health/ready')).statusCode, 200)

    await proxy.disconnect()
    t.equal((await app.inject('/health/live')).statusCode, 200)
    for (const response of [
      await app.inject('/health/ready'),
      await getMe(app, access_token),
      await register(app, 'eve'),
    ]) {
      t.equal(response.statusCode, 503)
      t.equal(response.headers['retry-after'], '1')
      t.equal(response.headers['content-type'], 'application/problem+json; charset=utf-8')
      t.match(response.json(), { status: 503, code: 'temporarily_unavailable', detail: /Try again/ })
      t.notMatch(response.body, /ECONN|postgres|connection/i, 'the error of the database is not revealed')
    }
    const rejected = await signIn(app, 'ada')
    t.equal(rejected.statusCode, 503)
    t.equal(rejected.headers['retry-after'], '1')
    t.match(rejected.json(), { error: 'temporarily_unavailable', code: 'temporarily_unavailable' })
    t.ok(
      lines.some((text) => JSON.parse(text).level >= 50),
      'the cause is in the log',
    )

    await proxy.reconnect()
    t.equal((await app.inject('/health/ready')).statusCode, 200)
    t.equal((await getMe(app, access_token)).statusCode, 200)
    t.equal((await signIn(app, 'eve')).statusCode, 401, 'no user was partly registered')
  },
)

/** A proxy to a server that can be disconnected and reconnected. */
async function proxyTo(t: Test, server: URL) {
  const sockets = new Set<Socket>()
  const proxy = createServer((near) => {
    const far = connect(Number(server.port), server.hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
      })
    }
  })
  const listen = async (port: number) => {
    await once(proxy.listen(port, '127.0.0.1'), 'listening')
  }
  await listen(0)
  const { port } = proxy.address() as AddressInfo

  async function disconnect() {
    const closed = once(proxy, 'close')
    proxy.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  t.teardown(() => (proxy.listening ? disconnect() : undefined))
  return {
    url: Object.assign(new URL(server), { port: String(port) }).href,
    disconnect,
    reconnect: () => listen(port),
  }
}

t.test('/ redirects to the documentation', async (t) => {
  const { app } = await build(t)
  const response = await app.inject('/')
  t.equal(response.statusCode, 302)
  t.equal(response.headers.location, './docs/')
  t.equal((await app.inject('/docs/')).statusCode, 200)
})

t.test('without documentation / is a 404', async (t) => {
  const { app } = await build(t, { environment: { DOCS: 'off' } })
  for (const url of ['/', '/docs', '/docs/', '/openapi.json']) t.equal((await app.inject(url)).statusCode, 404, url)
  t.equal((await app.inject('/health/ready')).statusCode, 200)
})

const fixed = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** One response of each kind, keyed by status and description. */
async function responses(t: Test, environment: NodeJS.ProcessEnv) {
  const { app, change } = await buildWithSql(t, 'sqlite', environment)
  const json = { 'content-type': 'application/json' }
  const created = await register(app, 'ada')
  const signedIn = await signIn(app, 'ada')
  const { access_token } = signedIn.json()
  const found = await getMe(app, access_token)
  await change("update users set scopes = 'posts:write' where username = 'ada'")
  const narrow = (await signIn(app, 'ada', { scope: 'posts:write' })).json().access_token
  return Object.entries({
    201: created,
    '200 with a token': signedIn,
    200: found,
    '200 of a health check': await app.inject('/health/ready'),
    '200 without a body': await app.inject({ method: 'HEAD', url: '/health/live' }),
    302: await app.inject('/'),
    400: await app.inject({ method: 'POST', url: '/auth/users', headers: json, payload: '{' }),
    '400 at the token endpoint': await app.inject({ method: 'POST', url: '/auth/token', headers: json, payload: '{}' }),
    '400 for a malformed URL': await app.inject('/auth/%ZZ'),
    401: await app.inject('/auth/users/me'),
    '401 at the token endpoint': await signIn(app, 'ada', { password: secretFor('another') }),
    403: await getMe(app, narrow),
    404: await app.inject('/nowhere'),
    '404 under the prefix': await app.inject('/auth/nowhere'),
    409: await register(app, 'ada'),
    413: await app.inject({ method: 'POST', url: '/auth/users', headers: json, payload: `"${'x'.repeat(20_000)}"` }),
    415: await app.inject({
      method: 'POST',
      url: '/auth/users',
      headers: { 'content-type': 'text/plain' },
      payload: 'x',
    }),
  })
}

t.test('every kind of response has the fixed headers', async (t) => {
  for (const [kind, response] of await responses(t, {})) {
    t.equal(response.statusCode, Number(kind.slice(0, 3)), kind)
    t.hasStrict(response.headers, fixed, kind)
    t.equal(response.headers['strict-transport-security'], undefined, `${kind}: no HSTS over http`)
    t.equal(response.headers['x-powered-by'], undefined, kind)
    t.equal(response.headers.server, undefined, kind)
  }
})

t.test('every kind of response has HSTS if PUBLIC_URL is https', async (t) => {
  for (const [kind, response] of await responses(t, { PUBLIC_URL: 'https://api.example.com' })) {
    t.hasStrict(response.headers, { ...fixed, 'strict-transport-security': 'max-age=31536000' }, kind)
  }
})
