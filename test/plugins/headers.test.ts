import t from 'tap'
import latchkey from '../../src/plugin.ts'
import { build, getMe, register, signedUp, signIn } from '../support/build.ts'
import { createHost, mountOptions } from '../support/host.ts'

const fixed = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

type Service = Awaited<ReturnType<typeof build>>['app']

/** One reply of every kind, whatever becomes of the request. */
async function repliesOf(app: Service) {
  const ada = await signedUp(app, 'ada')
  return {
    'a sign-in': await signIn(app, 'ada'),
    'a sign-in that fails': await signIn(app, 'nobody'),
    'no sign-in': await app.inject({ method: 'POST', url: '/auth/token', payload: {} }),
    'an account': await getMe(app, ada.access_token),
    'a registration': await register(app, 'grace'),
    'a conflict': await register(app, 'grace'),
    'no token': await app.inject({ url: '/auth/users/me' }),
    'a bad token': await getMe(app, 'nonsense'),
    'bad fields': await app.inject({ method: 'POST', url: '/auth/users', payload: {} }),
    'broken JSON': await app.inject({
      method: 'POST',
      url: '/auth/users',
      headers: { 'content-type': 'application/json' },
      payload: '{',
    }),
    'another type': await app.inject({
      method: 'POST',
      url: '/auth/users',
      headers: { 'content-type': 'text/plain' },
      payload: 'x',
    }),
    'too much': await app.inject({ method: 'POST', url: '/auth/users', payload: { username: 'x'.repeat(20_000) } }),
    'nothing there': await app.inject({ url: '/nowhere' }),
    'nothing there in the API': await app.inject({ url: '/auth/nowhere' }),
    'another method': await app.inject({ method: 'DELETE', url: '/auth/token' }),
    'a broken URL': await app.inject({ url: '/%ZZ' }),
    'a broken URL in the API': await app.inject({ url: '/auth/%ZZ' }),
    'a URL that is too long': await app.inject({ url: `/auth/${'x'.repeat(20_000)}` }),
    HEAD: await app.inject({ method: 'HEAD', url: '/health/live' }),
    OPTIONS: await app.inject({ method: 'OPTIONS', url: '/auth/token' }),
    health: await app.inject({ url: '/health/ready' }),
    'the way to the docs': await app.inject({ url: '/' }),
  }
}

t.test(
  'every reply that is not a page has the fixed headers, no HSTS over http, no cookie, and nothing of what answers',
  async (t) => {
    const { app } = await build(t)
    for (const [what, { headers, statusCode }] of Object.entries(await repliesOf(app))) {
      t.match(headers, fixed, `${what} (${statusCode})`)
      t.notOk('strict-transport-security' in headers || 'cross-origin-opener-policy' in headers, what)
      t.notOk('set-cookie' in headers || 'x-powered-by' in headers || 'server' in headers, what)
    }
  },
)

t.test('over https every reply has HSTS too, and no window that opened it reaches it', async (t) => {
  const { app } = await build(t, {
    environment: { PUBLIC_URL: 'https://login.example.com', HSTS_INCLUDE_SUBDOMAINS: 'on' },
  })
  for (const [what, { headers }] of Object.entries(await repliesOf(app))) {
    t.match(headers, fixed, what)
    t.match(headers['strict-transport-security'], 'max-age=31536000; includeSubDomains', what)
    t.equal(headers['cross-origin-opener-policy'], 'same-origin', what)
  }
})

t.test('HSTS covers subdomains only if it is told to, and a mount leaves it to its host (C7)', async (t) => {
  const { app } = await build(t, { environment: { PUBLIC_URL: 'https://login.example.com' } })
  for (const url of ['/health/live', '/auth/verify-email', '/docs/', '/nowhere', '/%ZZ']) {
    t.equal((await app.inject(url)).headers['strict-transport-security'], 'max-age=31536000', url)
  }
  const host = createHost(t)
  await host.register(latchkey, { ...mountOptions, publicUrl: 'https://login.example.com' })
  for (const url of ['/auth/jwks.json', '/auth/verify-email', '/.well-known/oauth-authorization-server/auth']) {
    const { statusCode, headers } = await host.inject(url)
    t.equal(statusCode, 200, url)
    t.match(headers, { 'cross-origin-opener-policy': 'same-origin' }, url)
    t.notOk('strict-transport-security' in headers, url)
  }
})

t.test('every reply with a body says what it is, and text in which encoding', async (t) => {
  const { app } = await build(t)
  const replies = {
    ...(await repliesOf(app)),
    keys: await app.inject('/auth/jwks.json'),
    'a page': await app.inject('/auth/verify-email'),
    'the document': await app.inject('/openapi.json'),
    'the document as YAML': await app.inject('/docs/yaml'),
    'the docs page': await app.inject('/docs/'),
    'a style of it': await app.inject('/docs/static/swagger-ui.css'),
    'a script of it': await app.inject('/docs/static/swagger-ui-bundle.js'),
  }
  for (const [what, { headers, body }] of Object.entries(replies)) {
    if (body !== '') {
      t.match(
        headers['content-type'],
        /^(application\/(problem\+)?json|(text\/\w+|application\/(javascript|x-yaml)); charset=utf-8)/i,
        what,
      )
    }
  }
})

t.test('a reply with a token is not to be kept by anybody', async (t) => {
  const { app } = await build(t)
  await register(app, 'ada')
  const { statusCode, headers } = await signIn(app, 'ada')
  t.equal(statusCode, 200)
  t.match(headers, { 'cache-control': 'no-store', pragma: 'no-cache' })
})

t.test('the docs page has a policy of its own, and everything else as the others', async (t) => {
  const { app } = await build(t)
  for (const url of ['/docs/', '/docs/static/swagger-ui.css', '/docs/static/swagger-initializer.js']) {
    const { statusCode, headers } = await app.inject({ url })
    t.equal(statusCode, 200, url)
    t.equal(
      headers['content-security-policy'],
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    t.match(headers, { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
  }
  const { app: overHttps } = await build(t, { environment: { PUBLIC_URL: 'https://login.example.com' } })
  t.match((await overHttps.inject('/docs/')).headers, {
    'cross-origin-opener-policy': 'same-origin',
    'strict-transport-security': /^max-age=31536000/,
  })
})
