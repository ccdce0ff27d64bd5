import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { build } from '../build.ts'
import { documentOf, operationsOf } from './openapi.ts'

/** Not for programs, and so not in the document. */
const hidden = [
  // The document and its page.
  'GET /', 'GET /docs', 'GET /openapi.json',
  // The other place of RFC 8414.
  'GET /.well-known/oauth-authorization-server/auth',
  // The tutorial's spelling.
  'GET /auth/users/me/',
  // The pages that links of mails open.
  'GET /auth/reset-password', 'POST /auth/reset-password', 'GET /auth/verify-email', 'POST /auth/verify-email',
]

t.test('every route is documented, or left out on purpose', async (t) => {
  const registered = collectRoutes(t)
  const { app } = await build(t)
  const documented = operationsOf(await documentOf(app)).map(({ place }) => place)
  const routes = registered().filter((place) => !place.includes(' /docs/') && !place.startsWith('HEAD ')).map((place) => place.replace(/:(\w+)/, '{$1}'))
  t.strictSame(routes.sort(), [...documented, ...hidden].sort())
})

t.test('without documentation, neither page nor document are served', async (t) => {
  const { app } = await build(t, { environment: { DOCS: 'off' } })
  for (const url of ['/', '/docs', '/docs/', '/docs/json', '/openapi.json']) {
    const response = await app.inject({ url })
    t.equal(response.statusCode, 404, url)
    t.match(response.json(), { code: 'not_found' })
  }
  t.equal((await app.inject({ url: '/health/live' })).statusCode, 200)
})

/** Watches the servers that are made from now on. @returns what lists their routes */
function collectRoutes (t: Test) {
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

function isInitialization (message: unknown): message is { fastify: FastifyInstance } {
  return typeof message === 'object' && message !== null && 'fastify' in message
}
