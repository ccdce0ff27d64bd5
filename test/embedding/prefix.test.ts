import type { FastifyServerOptions } from 'fastify'
import t from 'tap'
import latchkey from '../../src/plugin.ts'
import { getMe, postForm, secretFor, signedUp } from '../support/build.ts'
import { createHost, mountOptions } from '../support/host.ts'

const slashes: Record<string, FastifyServerOptions> = {
  'by default': {},
  'with the server’s ignoreTrailingSlash': { ignoreTrailingSlash: true },
  'with the router’s ignoreTrailingSlash': { routerOptions: { ignoreTrailingSlash: true } },
}

for (const [name, options] of Object.entries(slashes)) {
  t.test(`both spellings of /users/me work in a host ${name}`, async (t) => {
    const app = createHost(t, options)
    await app.register(latchkey, mountOptions)
    const { access_token: token } = await signedUp(app, 'ada')
    for (const url of ['/auth/users/me', '/auth/users/me/']) {
      t.equal((await getMe(app, token, url)).statusCode, 200)
      t.equal((await app.inject(url)).statusCode, 401)
      t.equal((await app.inject({ method: 'HEAD', url })).statusCode, 401)
    }
  })
}

t.test('in a scope of the host, the issuer and the location contain the whole path', async (t) => {
  const app = createHost(t)
  await app.register(
    async (api) => {
      api.setNotFoundHandler((_request, reply) => reply.code(404).send({ lost: 'in the scope' }))
      await api.register(latchkey, { ...mountOptions, publicUrl: 'https://api.example.com' })
      api.get(
        '/greeting',
        { onRequest: api.latchkey.authenticate },
        async (request) => api.latchkey.principalOf(request).account.username,
      )
    },
    { prefix: '/api' },
  )

  const payload = { username: 'ada', password: secretFor('ada') }
  const made = await app.inject({ method: 'POST', url: '/api/auth/users', payload })
  t.equal(made.statusCode, 201)
  t.equal(made.headers.location, '/api/auth/users/me')

  const token: string = (await postForm(app, '/api/auth/token', payload)).json().access_token
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  t.equal(claims.iss, 'https://api.example.com/api/auth')
  t.strictSame(claims.aud, 'https://api.example.com/api/auth')

  for (const url of [made.headers.location, '/api/auth/users/me/']) {
    t.strictSame((await getMe(app, token, url)).json(), made.json())
  }
  t.equal((await getMe(app, token, '/api/greeting')).body, 'ada')

  t.match((await app.inject('/api/auth/nothing')).json(), { code: 'not_found' })
  t.match((await app.inject('/api/nothing')).json(), { lost: 'in the scope' })
  t.equal((await app.inject('/auth/users/me')).statusCode, 404)
  t.notOk(app.hasDecorator('latchkey'), 'a mount in a scope decorates only that scope')
})

t.test('an issuer at the prefix, which may have several segments', async (t) => {
  const app = createHost(t)
  await app.register(latchkey, { ...mountOptions, prefix: '/v1/auth' })
  const payload = { username: 'ada', password: secretFor('ada') }
  const made = await app.inject({ method: 'POST', url: '/v1/auth/users', payload })
  t.equal(made.headers.location, '/v1/auth/users/me')
  const token: string = (await postForm(app, '/v1/auth/token', payload)).json().access_token
  t.match(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()), {
    iss: 'http://localhost:3000/v1/auth',
  })
})
