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

/** One response of every kind. */
async function responsesOf(app: Service) {
  const ada = await signedUp(app, 'ada')
  return {
    'a sign-in': await signIn(app, 'ada'),
    'a sign-in that fails': await signIn(app, 'nobody'),
    'a token request without fields': await app.inject({ method: 'POST', url: '/auth/token', payload: {} }),
    'an account': await getMe(app, ada.access_token),
    'a registration': await register(app, 'grace'),
    'a conflict': await register(app, 'grace'),
    'a request without a token': await app.inject({ url: '/auth/users/me' }),
    'a bad token': await getMe(app, 'nonsense'),
    'invalid fields': await app.inject({ method: 'POST', url: '/auth/users', payload: {} }),
    'broken JSON': await app.inject({
      method: 'POST',
      url: '/auth/users',
      headers: { 'content-type': 'application/json' },
      payload: '{',
    }),
    'an unsupported media type': await app.inject({
      method: 'POST',
      url: '/auth/users',
      headers: { 'content-type': 'text/plain' },
      payload: 'x',
    }),
    'a body that is too large': await app.inject({
      method: 'POST',
      url: '/auth/users',
      payload: { username: 'x'.repeat(20_000) },
    }),
    'an unknown URL': await app.inject({ url: '/nowhere' }),
    'an unknown URL in the API': await app.inject({ url: '/auth/nowhere' }),
    'an unsupported method': await app.inject({ method: 'DELETE', url: '/auth/token' }),
    'a broken URL': await app.inject({ url: '/%ZZ' }),
    'a broken URL in the API': await app.inject({ url: '/auth/%ZZ' }),
    'a URL that is too long': await app.inject({ url: `/auth/${'x'.repeat(20_000)}` }),
    HEAD: await app.inject({ method: 'HEAD', url: '/health/live' }),
    OPTIONS: await app.inject({ method: 'OPTIONS', url: '/auth/token' }),
    health: await app.inject({ url: '/health/ready' }),
    'the redirect to the docs': await app.inject({ url: '/' }),
  }
}

t.test(
  'every response except pages has the fixed headers, no HSTS over http, no cookie and no server name',
  async (t) => {
    const { app } = await build(t)
    for (const [what, { headers, statusCode }] of Object.entries(await responsesOf(app))) {
      t.match(headers, fixed, `${what} (${statusCode})`)
      t.notOk('strict-transport-security' in headers || 'cross-origin-opener-policy' in headers, what)
      t.notOk('set-cookie' in headers || 'x-powered-by' in headers || 'server' in headers, what)
    }
  },
)

t.test('over https every response also has HSTS, and its window is isolated from its opener', async (t) => {
  const { app } = await build(t, {
    environment: { PUBLIC_URL: 'https://login.example.com', HSTS_INCLUDE_SUBDOMAINS: 'on' },
  })
  for (const [what, { headers }] of Object.entries(await responsesOf(app))) {
    t.match(headers, fixed, what)
    t.match(headers['strict-transport-security'], 'max-age=31536000; includeSubDomains', what)
    t.equal(headers['cross-origin-opener-policy'], 'same-origin', what)
  }
})

t.test('HSTS covers subdomains only if configured, and a mount leaves HSTS to its host (C7)', async (t) => {
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

t.test('every response with a body has a content type, with the charset for text', async (t) => {
  const { app } = await build(t)
  const responses = {
    ...(await responsesOf(app)),
    keys: await app.inject('/auth/jwks.json'),
    'a page': await app.inject('/auth/verify-email'),
    'the document': await app.inject('/openapi.json'),
    'the document as YAML': await app.inject('/docs/yaml'),
    'the docs page': await app.inject('/docs/'),
    'a style sheet of the docs page': await app.inject('/docs/static/swagger-ui.css'),
    'a script of the docs page': await app.inject('/docs/static/swagger-ui-bundle.js'),
  }
  for (const [what, { headers, body }] of Object.entries(responses)) {
    if (body !== '') {
      t.match(
        headers['content-type'],
        /^(application\/(problem\+)?json|(text\/\w+|application\/(javascript|x-yaml)); charset=utf-8)/i,
        what,
      )
    }
  }
})

t.test('a response with a token must not be stored', async (t) => {
  const { app } = await build(t)
  await register(app, 'ada')
  const { statusCode, headers } = await signIn(app, 'ada')
  t.equal(statusCode, 200)
  t.match(headers, { 'cache-control': 'no-store', pragma: 'no-cache' })
})

t.test('the docs page has its own content security policy, and otherwise the usual headers', async (t) => {
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
