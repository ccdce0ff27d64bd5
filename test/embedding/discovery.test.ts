import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import latchkey, { type LatchkeyOptions } from '../../src/plugin.ts'
import { createHost, mountOptions } from '../support/host.ts'

const root = '/.well-known/oauth-authorization-server'

async function createDiscoverableHost(t: Test, mounts: Partial<LatchkeyOptions>[], scope?: string) {
  const app = createHost(t)
  const mount = async (app: FastifyInstance) => {
    for (const options of mounts) await app.register(latchkey, { ...mountOptions, ...options })
  }
  await (scope === undefined ? mount(app) : app.register(mount, { prefix: scope }))
  return app
}

t.test('a mount at the root serves its metadata at both well-known URLs of RFC 8414', async (t) => {
  const app = await createDiscoverableHost(t, [{ prefix: '/v1/auth' }])
  const atRoot = await app.inject(`${root}/v1/auth`)
  t.equal(atRoot.statusCode, 200)
  t.match(atRoot.json(), {
    issuer: 'http://localhost:3000/v1/auth',
    token_endpoint: 'http://localhost:3000/v1/auth/token',
  })
  t.match(atRoot.headers, { 'cache-control': 'public, max-age=600', 'x-content-type-options': 'nosniff' })
  t.strictSame((await app.inject(`/v1/auth${root}`)).json(), atRoot.json())
  for (const url of [root, `${root}/auth`, `${root}/v1`]) t.equal((await app.inject(url)).statusCode, 404, url)
})

t.test('in a scope of the host, a mount serves its metadata only under its prefix', async (t) => {
  const app = await createDiscoverableHost(t, [{}], '/api')
  t.match((await app.inject(`/api/auth${root}`)).json(), { issuer: 'http://localhost:3000/api/auth' })
  for (const url of [`${root}/api/auth`, `${root}/auth`, `/api${root}/auth`]) {
    t.equal((await app.inject(url)).statusCode, 404, url)
  }
})

t.test('two mounts describe two servers', async (t) => {
  const app = await createDiscoverableHost(t, [
    { name: 'staff', prefix: '/staff' },
    { name: 'customers', prefix: '/customers', algorithm: 'HS256' },
  ])
  for (const prefix of ['/staff', '/customers']) {
    const { issuer, jwks_uri: keys } = (await app.inject(root + prefix)).json<{ issuer: string; jwks_uri?: string }>()
    t.equal(issuer, `http://localhost:3000${prefix}`)
    t.equal(keys, prefix === '/staff' ? `http://localhost:3000${prefix}/jwks.json` : undefined)
    t.strictSame((await app.inject(prefix + root)).json().issuer, issuer)
  }
})

for (const order of ['before', 'after']) {
  t.test(`a host’s routes and handlers at its root are unaffected when registered ${order} the mount`, async (t) => {
    const app = createHost(t)
    const setUp = () => {
      app.setNotFoundHandler((request, reply) => reply.code(404).send({ lost: request.url }))
      app.addHook('onRequest', async (_request, reply) => {
        reply.header('x-host', 'seen')
      })
      app.get('/.well-known/security.txt', async () => 'Contact: mailto:host@example.com')
      app.get(root, async () => ({ issuer: 'that of the host' }))
      app.get('/.well-known/*', async (request) => ({ wild: request.url }))
    }
    if (order === 'before') setUp()
    await app.register(latchkey, mountOptions)
    if (order === 'after') setUp()

    t.equal((await app.inject('/.well-known/security.txt')).body, 'Contact: mailto:host@example.com')
    t.match((await app.inject(root)).json(), { issuer: 'that of the host' })
    t.strictSame((await app.inject('/.well-known/change-password')).json(), { wild: '/.well-known/change-password' })
    t.match((await app.inject(`${root}/auth`)).json(), { issuer: 'http://localhost:3000/auth' })

    const lost = await app.inject('/nothing')
    t.strictSame(lost.json(), { lost: '/nothing' })
    t.equal(lost.headers['x-content-type-options'], undefined, 'no header of ours is on a response of the host')
    const post = await app.inject({ method: 'POST', url: `${root}/auth` })
    t.strictSame(post.json(), { lost: `${root}/auth` })
  })
}

t.test('a host that already serves the same URL fails to start with an error that names it', async (t) => {
  const app = createHost(t)
  app.get(`${root}/auth`, async () => 'that of the host')
  await t.rejects(async () => app.register(latchkey, mountOptions), {
    code: 'FST_ERR_DUPLICATED_ROUTE',
    message: new RegExp(`${root}/auth`),
  })
})
