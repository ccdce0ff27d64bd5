import AjvCompiler from '@fastify/ajv-compiler'
import cors from '@fastify/cors'
import formbody from '@fastify/formbody'
import fastifyJwt from '@fastify/jwt'
import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import type { Test } from 'tap'
import latchkey, { type LatchkeyOptions } from '../../src/plugin.ts'
import { keepLog, secretFor } from './build.ts'

/** Options of a mount with the cheapest hashes allowed and a database in memory. */
export const mountOptions = {
  prefix: '/auth',
  databaseUrl: ':memory:',
  publicUrl: 'http://localhost:3000',
  argon2MemoryKib: 7168,
  argon2Time: 1,
  sendMail: async () => {},
} satisfies LatchkeyOptions

/** A bare app whose log is searched for secrets like all logs of tests. */
export function createHost(t: Test, options: FastifyServerOptions = {}): FastifyInstance {
  const app = fastify({ logger: { level: 'debug', stream: { write: keepLog } }, ...options })
  t.teardown(() => app.close())
  return app
}

/** The options of `@fastify/swagger` for the document of a host, by version. */
export const hostDocuments = {
  'OpenAPI 3.1': { openapi: { openapi: '3.1.0', info: { title: 'The host', version: '1' } } },
  'OpenAPI 3.0': { openapi: { openapi: '3.0.3', info: { title: 'The host', version: '1' } } },
  'Swagger 2.0': { swagger: { info: { title: 'The host', version: '1' } } },
} satisfies Record<string, FastifyDynamicSwaggerOptions>

/** A host with an OpenAPI document, a schema and a route of its own. */
export async function createDocumentedHost(
  t: Test,
  options: FastifyDynamicSwaggerOptions,
  mounts: LatchkeyOptions[] = [],
) {
  const app = createHost(t)
  await app.register(swagger, options)
  for (const mount of mounts) await app.register(latchkey, mount)
  app.addSchema({ $id: 'User', type: 'object', properties: { shoe_size: { type: 'integer', format: 'int32' } } })
  app.get('/shoes', { schema: { operationId: 'getShoes', response: { 200: { $ref: 'User#' } } } }, async () => ({
    shoe_size: 38,
  }))
  await app.ready()
  return app
}

/** Whether the host mounts Latchkey, and if so before or after its own plugins. */
export type Mounting = 'absent' | 'first' | 'last'

/** An app with parsers, compilers, hooks and decorators of its own, under the names that Latchkey uses inside. */
export async function createFurnishedHost(t: Test, mounting: Mounting, options: Partial<LatchkeyOptions> = {}) {
  const app = createHost(t)
  if (mounting === 'first') await app.register(latchkey, { ...mountOptions, ...options })
  await furnish(app)
  if (mounting === 'last') await app.register(latchkey, { ...mountOptions, ...options })
  await app.ready()
  return app
}

/** The names of Latchkey's decorators, which have another meaning on the host. */
export const hostDecorators = [
  'config',
  'store',
  'audit',
  'keys',
  'mail',
  'tokens',
  'passwords',
  'throttling',
  'oneTimeTokens',
  'factors',
  'accounts',
  'administration',
  'authentication',
  'backgroundJobs',
  'originOf',
  'callerOf',
]

const hostSchemas = {
  User: {
    $id: 'User',
    type: 'object',
    required: ['number'],
    properties: { number: { type: 'integer' }, nickname: { type: 'string', default: 'nobody' } },
  },
  Problem: { $id: 'Problem', type: 'object', properties: { shape: { type: 'string' } } },
}

async function furnish(app: FastifyInstance) {
  for (const name of hostDecorators) app.decorate<unknown>(name, `the host's ${name}`)
  app.decorateRequest('principal', 'the host’s principal')

  await app.register(fastifyJwt, { secret: secretFor('host') })
  await app.register(cors, { origin: 'https://app.example.com', exposedHeaders: ['x-host'] })
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'The host', version: '1' } } })

  // Parsers that leave a trace, and one for any media type.
  await app.register(formbody, { parser: (text) => ({ number: '1', nickname: `form of the host: ${text}` }) })
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_request: unknown, text: string) => ({
    nickname: 'JSON of the host',
    ...JSON.parse(text),
  }))
  app.addContentTypeParser('*', { parseAs: 'string' }, async () => ({ number: 2, nickname: 'whatever of the host' }))

  // Compilers that do what Latchkey's must not do: coerce, drop, fill in and wrap.
  for (const schema of Object.values(hostSchemas)) app.addSchema(schema)
  const validators = AjvCompiler()(hostSchemas, {
    customOptions: { coerceTypes: 'array', removeAdditional: 'all', useDefaults: true },
  })
  app.setValidatorCompiler((route) => validators(route))
  app.setSerializerCompiler(() => (data) => JSON.stringify({ wrapped: data }))

  app.setErrorHandler((error, _request, reply) =>
    reply.code(418).send({ oops: error instanceof Error ? error.message : 'unknown' }),
  )
  app.setNotFoundHandler((request, reply) => reply.code(404).send({ lost: request.url }))
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-host', 'seen')
  })

  const response = { 200: { $ref: 'User#' }, 418: { $ref: 'Problem#' } }
  app.get('/decorators', async (request) => ({
    decorators: hostDecorators.map((name) => app.getDecorator(name)),
    principal: request.getDecorator('principal'),
    jwt: Reflect.ownKeys(app.jwt),
  }))
  app.get('/whoami', { onRequest: (request) => request.jwtVerify() }, async (request) => request.user)
  app.post(
    '/users',
    { schema: { operationId: 'registerUser', body: { $ref: 'User#' }, response } },
    async (request) => request.body,
  )
  app.get('/users/me', { schema: { operationId: 'getAccount', response } }, async () => ({ number: 3 }))
  app.get('/failing', { schema: { response } }, async () => {
    throw new Error('the host failed')
  })
  app.get('/document', async () => app.swagger())
  app.get('/members', async (request, reply) => ({
    app: membersOf(app),
    request: membersOf(request),
    reply: membersOf(reply),
    jwt: membersOf(app.jwt),
  }))
}

/** The names of all properties of an object, including inherited ones. */
function membersOf(thing: object): string[] {
  const names = new Set<string>()
  for (
    let level: object | null = thing;
    level !== null && level !== Object.prototype;
    level = Object.getPrototypeOf(level)
  ) {
    for (const name of Reflect.ownKeys(level)) names.add(String(name))
  }
  return [...names].sort()
}
