import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { administrator, build, buildWithSql, register } from '../support/build.ts'
import { documentOf, operationsOf } from '../support/openapi.ts'

/** Routes that are not part of the API and so not in the document. */
const hidden = [
  // The document and its page.
  'GET /',
  'GET /docs',
  'GET /openapi.json',
  'GET /openapi-3.0.json',
  // The second well-known URL of RFC 8414.
  'GET /.well-known/oauth-authorization-server/auth',
  // The tutorial's spelling.
  'GET /auth/users/me/',
  // The pages that mailed links open.
  'GET /auth/reset-password',
  'POST /auth/reset-password',
  'GET /auth/verify-email',
  'POST /auth/verify-email',
  'GET /auth/invitation',
  'POST /auth/invitation',
]

t.test('every route is documented or excluded on purpose', async (t) => {
  const registered = collectRoutes(t)
  const { app } = await build(t)
  const documented = operationsOf(await documentOf(app)).map(({ place }) => place)
  const routes = registered()
    .filter((place) => !place.includes(' /docs/') && !place.startsWith('HEAD '))
    .map((place) => place.replace(/:(\w+)/g, '{$1}'))
  t.strictSame(routes.sort(), [...documented, ...hidden].sort())
})

t.test('a URL answers unsupported methods, including TRACE, with 405 and Allow (N7)', async (t) => {
  const registered = collectRoutes(t)
  const { app } = await build(t)
  const routes = registered().map((place) => place.split(' '))
  for (const [, url = ''] of routes) {
    // `/users/me` also matches `/users/:id`.
    const supported = routes.filter(([, other = '']) => patternOf(other).test(url)).map(([method]) => method)
    const others = (['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'] as const).filter(
      (method) => !supported.includes(method) && !url.includes('*'),
    )
    const own = routes.filter(([, other]) => other === url).map(([method]) => method)
    const allow = [...new Set([...own, 'OPTIONS'])].sort().join(', ')
    for (const method of others) {
      const response = await app.inject({ method, url, payload: 'of no known type' })
      t.match(
        { status: response.statusCode, ...response.headers },
        { status: method === 'OPTIONS' ? 204 : 405, allow, 'x-content-type-options': 'nosniff' },
        `${method} ${url}`,
      )
      if (method === 'OPTIONS' || method === 'HEAD') continue
      t.equal(response.json().code, 'method_not_allowed')
      const isOAuth = /\/auth\/(token|revoke|introspect)$/.test(url)
      t.equal(response.json().error, isOAuth ? 'invalid_request' : undefined, 'in the endpoint’s error format')
    }
  }
})

t.test('where no body is needed, a content type without a body has no effect (A3)', async (t) => {
  const { app, change } = await buildWithSql(t, 'sqlite')
  const authorization = `Bearer ${await administrator(app, change, 'users:write keys:write')}`
  const { id } = (await register(app, 'ada', { email: 'ada@example.com' })).json()
  const bodiless = operationsOf(await documentOf(app)).filter(
    ({ place, operation }) => place.startsWith('POST ') && operation.requestBody === undefined,
  )
  t.ok(bodiless.some(({ place }) => place.endsWith('/unlock')))
  for (const { place } of bodiless) {
    const url = place.slice('POST '.length).replace('{id}', id)
    const statuses = []
    for (const type of [
      undefined,
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain;charset=UTF-8',
    ]) {
      const headers = type === undefined ? { authorization } : { authorization, 'content-type': type }
      statuses.push((await app.inject({ method: 'POST', url, headers, payload: '' })).statusCode)
    }
    // The caller has no second factor.
    t.match(statuses, Array(4).fill(place.endsWith('/recovery-codes') ? 409 : /^20\d$/), place)
  }
})

t.test('with DOCS=off, neither the page nor the document is served', async (t) => {
  const { app } = await build(t, { environment: { DOCS: 'off' } })
  for (const url of ['/', '/docs', '/docs/', '/docs/json', '/openapi.json', '/openapi-3.0.json']) {
    const response = await app.inject({ url })
    t.equal(response.statusCode, 404, url)
    t.match(response.json(), { code: 'not_found' })
  }
  t.equal((await app.inject({ url: '/health/live' })).statusCode, 200)
})

t.test('only the docs page’s own files are served, and no folder is listed', async (t) => {
  const { app } = await build(t)
  for (const url of [
    'static',
    'static/package.json',
    'static/swagger-ui.js.map',
    'static/../package.json',
    'static/..%2fpackage.json',
    'static/%2e%2e/package.json',
    'static/.git/config',
    '.env',
    'index.html~',
  ]) {
    const response = await app.inject({ url: `/docs/${url}` })
    t.ok([403, 404].includes(response.statusCode), `${url}: ${response.statusCode}`)
    t.notMatch(response.body, /swagger-ui|dependencies|\[core\]/, url)
  }
  t.notMatch((await app.inject('/docs/static/')).body, /csp\.json|oauth2-redirect/)
})

function patternOf(url: string) {
  return new RegExp(`^${url.replace(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`)
}

/** Watches the servers that are created from now on. @returns a function that lists their routes */
function collectRoutes(t: Test) {
  const places: string[] = []
  const watch = (message: unknown) => {
    if (!isInitialization(message)) return
    message.fastify.addHook('onRoute', ({ method, url }) => {
      places.push(...[method].flat().map((method) => `${method} ${url}`))
    })
  }
  subscribe('fastify.initialization', watch)
  t.teardown(() => unsubscribe('fastify.initialization', watch))
  return () => places
}

function isInitialization(message: unknown): message is { fastify: FastifyInstance } {
  return typeof message === 'object' && message !== null && 'fastify' in message
}
