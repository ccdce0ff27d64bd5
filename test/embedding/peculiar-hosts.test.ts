import AjvCompiler from '@fastify/ajv-compiler'
import fastifyJwt from '@fastify/jwt'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import t, { type Test } from 'tap'
import latchkey from '../../src/plugin.ts'
import { getMe, register, secretFor, signIn } from '../support/build.ts'
import { createHost, hostDecorators, mountOptions } from '../support/host.ts'

interface Peculiarity {
  options?: FastifyServerOptions
  before?: (app: FastifyInstance) => unknown
  after?: (app: FastifyInstance) => unknown
}

const wrap = (payload: unknown) => JSON.stringify({ wrapped: payload })
const ajv = { customOptions: { coerceTypes: 'array', removeAdditional: 'all', useDefaults: true } } as const
const schemaController = { compilersFactory: { buildValidator: AjvCompiler(), buildSerializer: () => () => wrap } }
const acceptAll = () => (value: unknown) => ({ value })

const peculiarities: Record<string, Peculiarity> = {
  'without parsers': { before: (app) => app.removeAllContentTypeParsers() },
  'with a reply serializer': { before: (app) => app.setReplySerializer(wrap) },
  'that formats validation errors itself': {
    before: (app) => app.setSchemaErrorFormatter(() => new Error('in the words of the host')),
  },
  'whose decorators cannot be assigned': {
    before: (app) => {
      for (const name of [...hostDecorators, 'jwt']) app.decorate<unknown>(name, { getter: () => `the host's ${name}` })
    },
  },
  'with a user on its requests': { before: (app) => app.decorateRequest('user', 'the user of the host') },
  'whose JWT library has a namespace': {
    before: (app) => app.register(fastifyJwt, { namespace: 'host', secret: secretFor('host') }),
  },
  'whose schemas use a dialect of their own': {
    before: (app) =>
      app.setValidatorCompiler(acceptAll).addSchema({
        $id: 'Thing',
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'thing',
        spin: 'up',
      }),
  },
  'that adds schemas later': { after: (app) => app.addSchema({ $id: 'User', type: 'number' }) },
  'that sets compilers and adds schemas later': {
    after: (app) =>
      app
        .setValidatorCompiler(acceptAll)
        .setSerializerCompiler(() => wrap)
        .addSchema({ $id: 'User', type: 'number' }),
  },
  'that creates its compilers': { options: { ajv, schemaController } },
  'that creates its compilers and adds schemas later': {
    options: { ajv, schemaController },
    after: (app) => app.addSchema({ $id: 'User', type: 'number' }),
  },
  'with options for its validator': { options: { ajv } },
  'with a small body limit': { options: { bodyLimit: 10 } },
  'that allows prototype poisoning': { options: { onProtoPoisoning: 'ignore', onConstructorPoisoning: 'ignore' } },
  'without HEAD': { options: { exposeHeadRoutes: false } },
  'that ignores extra slashes and case': {
    options: { routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, caseSensitive: false } },
  },
}

for (const [name, { options, before, after }] of Object.entries(peculiarities)) {
  t.test(`in a host ${name}, Latchkey responds as usual`, async (t) => {
    const app = createHost(t, options)
    await before?.(app)
    await app.register(latchkey, mountOptions)
    await after?.(app)
    await respondsAsUsual(t, app)
  })
}

async function respondsAsUsual(t: Test, app: FastifyInstance) {
  const made = await register(app, 'ada')
  t.equal(made.statusCode, 201)
  t.strictSame(Object.keys(made.json()).sort(), [
    'created_at',
    'email',
    'email_verified',
    'id',
    'name',
    'pending_email',
    'scopes',
    'username',
  ])

  const signedIn = await signIn(app, 'ada')
  t.equal(signedIn.statusCode, 200)
  t.strictSame(Object.keys(signedIn.json()).sort(), [
    'access_token',
    'device_token',
    'expires_in',
    'refresh_token',
    'scope',
    'token_type',
  ])
  t.strictSame((await getMe(app, signedIn.json().access_token)).json(), made.json())

  const wrong = await app.inject({
    method: 'POST',
    url: '/auth/users',
    payload: { username: 42, password: secretFor('42'), admin: true },
  })
  t.strictSame(wrong.json().errors, [
    { path: '/admin', message: 'is not a known field' },
    { path: '/username', message: 'must be a string, not a list or another type' },
  ])

  const poisoned = await app.inject({
    method: 'POST',
    url: '/auth/users',
    headers: { 'content-type': 'application/json' },
    payload: '{"__proto__": {"x": 1}}',
  })
  t.match(poisoned.json(), { status: 400, code: 'invalid_request' })
  t.ok(poisoned.json<{ errors: Array<{ path: string }> }>().errors.some(({ path }) => path === '/__proto__'))

  const lost = await app.inject('/auth/nothing')
  t.match(lost.json(), { status: 404, code: 'not_found' })
}
