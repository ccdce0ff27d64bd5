import t from 'tap'
import { build, register, signIn } from '../support/build.ts'

const allowed = 'https://app.example.com'
const appOrigins = ['capacitor://localhost', 'ionic://localhost', 'tauri://localhost', 'chrome-extension://abcdefghij']
const environment = { CORS_ORIGINS: [allowed, 'http://localhost:5173', ...appOrigins].join() }

const preflight = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type',
}

t.test('a preflight from an origin of CORS_ORIGINS is granted and cached for two hours (C8)', async (t) => {
  const { app } = await build(t, { environment })
  for (const origin of [allowed, 'http://localhost:5173', ...appOrigins]) {
    const response = await app.inject({ method: 'OPTIONS', url: '/auth/token', headers: { origin, ...preflight } })
    t.equal(response.statusCode, 204)
    t.equal(response.headers['access-control-allow-origin'], origin)
    t.match(response.headers['access-control-allow-methods'], /\bPOST\b/)
    t.match(response.headers['access-control-allow-headers'], /authorization/i)
    t.match(response.headers.vary, /\borigin\b/i)
    t.equal(response.headers['access-control-max-age'], '7200')
  }
})

t.test('pages of an allowed origin can read every response, including errors', async (t) => {
  const { app } = await build(t, { environment })
  await register(app, 'ada')
  const headers = { origin: allowed }
  for (const [url, status] of [
    ['/health/live', 200],
    ['/auth/users/me', 401],
    ['/nowhere', 404],
    ['/auth/nowhere', 404],
  ] as const) {
    const response = await app.inject({ url, headers })
    t.equal(response.statusCode, status)
    t.equal(response.headers['access-control-allow-origin'], allowed, url)
    t.match(response.headers.vary, /\borigin\b/i, url)
  }
  const response = await app.inject({ method: 'POST', url: '/auth/users', headers, payload: {} })
  t.equal(response.statusCode, 400)
  t.equal(response.headers['access-control-allow-origin'], allowed)
  for (const header of ['location', 'retry-after', 'www-authenticate']) {
    t.match(response.headers['access-control-expose-headers'], header)
  }
})

t.test('other origins are denied, in a preflight and in a response', async (t) => {
  const { app } = await build(t, { environment })
  for (const origin of [
    'https://evil.example',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://sub.app.example.com',
    'null',
    'capacitor://localhost.evil.example',
  ]) {
    for (const response of [
      await app.inject({ method: 'OPTIONS', url: '/auth/token', headers: { origin, ...preflight } }),
      await app.inject({ url: '/health/live', headers: { origin } }),
    ]) {
      t.notOk(isReadable(response.headers, origin), origin)
      t.notOk(response.headers['access-control-allow-credentials'])
    }
  }
})

t.test('without CORS_ORIGINS no origin is allowed', async (t) => {
  const { app } = await build(t)
  const preflightResponse = await app.inject({
    method: 'OPTIONS',
    url: '/auth/token',
    headers: { origin: allowed, ...preflight },
  })
  t.equal(preflightResponse.statusCode, 204)
  await register(app, 'ada')
  for (const response of [
    preflightResponse,
    await signIn(app, 'ada'),
    await app.inject({ url: '/health/live', headers: { origin: allowed } }),
  ]) {
    t.strictSame(
      Object.keys(response.headers).filter((name) => name.startsWith('access-control-')),
      [],
    )
  }
})

function isReadable(headers: Record<string, unknown>, origin: string) {
  const allowedOrigin = headers['access-control-allow-origin']
  return allowedOrigin === '*' || allowedOrigin === origin
}
