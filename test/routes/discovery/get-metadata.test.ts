import t, { type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import latchkey from '../../../src/plugin.ts'
import { administrator, build, postForm, secretFor, signedUp } from '../../support/build.ts'
import { buildWithClients } from '../../support/clients.ts'
import { passkeyOptions, withPasskey } from '../../support/authenticator.ts'
import { enrolled, mfaTokenOf } from '../../support/factors.ts'
import { createHost, mountOptions } from '../../support/host.ts'

const wellKnown = '/.well-known/oauth-authorization-server'

type Methods = string[]

interface Metadata {
  issuer: string
  token_endpoint: string
  jwks_uri?: string
  scopes_supported: string[]
  response_types_supported: string[]
  grant_types_supported: string[]
  acr_values_supported: string[]
  token_endpoint_auth_methods_supported: Methods
  revocation_endpoint: string
  revocation_endpoint_auth_methods_supported: Methods
  introspection_endpoint: string
  introspection_endpoint_auth_methods_supported: Methods
}

/** The document at both URLs, which must be equal (RFC 8414 3). */
async function metadataAt(t: Test, app: FastifyInstance, prefix: string) {
  const responses = [await app.inject(prefix + wellKnown), await app.inject(wellKnown + prefix)]
  for (const response of responses) {
    t.equal(response.statusCode, 200)
    t.match(response.headers, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'public, max-age=600',
      'x-content-type-options': 'nosniff',
    })
  }
  t.equal(responses[0]?.body, responses[1]?.body)
  return responses[0]!.json<Metadata>()
}

const pathOf = (url: string) => new URL(url).pathname

t.test('the metadata is served under the prefix and at the root, and lists the supported features', async (t) => {
  const { app } = await buildWithClients(t)
  const issuer = 'http://localhost:3000/auth'
  t.strictSame(await metadataAt(t, app, '/auth'), {
    issuer,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks.json`,
    scopes_supported: ['account', 'audit:read', 'clients:write', 'keys:write', 'users:read', 'users:write'],
    response_types_supported: [],
    grant_types_supported: [
      'password',
      'urn:latchkey:grant-type:mfa',
      'urn:latchkey:grant-type:passkey',
      'refresh_token',
      'client_credentials',
    ],
    acr_values_supported: ['aal1', 'aal2'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    revocation_endpoint: `${issuer}/revoke`,
    revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    introspection_endpoint: `${issuer}/introspect`,
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  })
  for (const url of [
    wellKnown,
    `${wellKnown}/`,
    `${wellKnown}/other`,
    '/auth/.well-known/openid-configuration',
    `/auth${wellKnown}/auth`,
  ]) {
    t.equal((await app.inject(url)).statusCode, 404, url)
  }
  for (const url of [`/auth${wellKnown}`, `${wellKnown}/auth`]) {
    t.equal((await app.inject({ method: 'HEAD', url })).statusCode, 200)
    t.equal((await app.inject({ method: 'POST', url })).statusCode, 405)
    const rejected = await app.inject(`${url}?x=1`)
    t.strictSame(
      [rejected.statusCode, rejected.headers['content-type'], rejected.json().errors],
      [400, 'application/problem+json; charset=utf-8', [{ path: '/x', message: 'is not a known field' }]],
    )
  }
})

t.test('each grant, authentication method and scope in the metadata works', async (t) => {
  const { app, admin, change, clock, worker, resource } = await buildWithClients(t)
  const eve = await enrolled(app, clock, 'eve')
  const mfaToken = await mfaTokenOf(app, 'eve')
  const grace = await withPasskey(app, 'grace')
  const auditor = await administrator(app, change, 'audit:read users:read users:write')
  const metadata = await metadataAt(t, app, '/auth')
  const ada = await signedUp(app, 'ada')

  /** The form fields and headers with which a client authenticates. */
  const ways: Record<
    string,
    (client: typeof worker) => [fields: Record<string, string>, headers: Record<string, string>]
  > = {
    none: () => [{}, {}],
    client_secret_basic: ({ authorization }) => [{}, { authorization }],
    client_secret_post: ({ id, secret }) => [{ client_id: id, client_secret: secret }, {}],
  }
  const statusOf = async (endpoint: string, method: string, client: typeof worker, form: Record<string, string>) => {
    const way = ways[method]
    if (way === undefined) throw new Error(`There is no authentication method ${method}.`)
    const [fields, headers] = way(client)
    return (await postForm(app, pathOf(endpoint), { ...form, ...fields }, headers)).statusCode
  }

  const grants: Record<string, [method: string, form: Record<string, string>]> = {
    password: ['none', { username: 'ada', password: secretFor('ada') }],
    'urn:latchkey:grant-type:mfa': ['none', { mfa_token: mfaToken, otp: eve.recoveryCodes[0] ?? '' }],
    'urn:latchkey:grant-type:passkey': [
      'none',
      { credential: JSON.stringify(grace.passkey.use(await passkeyOptions(app))) },
    ],
    refresh_token: ['none', { refresh_token: ada.refresh_token }],
    client_credentials: ['client_secret_basic', {}],
  }
  t.strictSame(metadata.grant_types_supported.toSorted(), Object.keys(grants).toSorted())
  for (const [grant_type, [method, form]] of Object.entries(grants)) {
    t.equal(await statusOf(metadata.token_endpoint, method, worker, { grant_type, ...form }), 200, grant_type)
  }

  for (const method of metadata.token_endpoint_auth_methods_supported) {
    const [grant_type, form] = method === 'none' ? ['password', grants.password?.[1]] : ['client_credentials', {}]
    t.equal(
      await statusOf(metadata.token_endpoint, method, worker, { grant_type: String(grant_type), ...form }),
      200,
      `a token by ${method}`,
    )
  }
  for (const method of metadata.revocation_endpoint_auth_methods_supported) {
    t.equal(await statusOf(metadata.revocation_endpoint, method, worker, { token: 'x' }), 200, `revoke by ${method}`)
  }
  for (const method of Object.keys(ways)) {
    const expected = metadata.introspection_endpoint_auth_methods_supported.includes(method) ? 200 : 401
    t.equal(
      await statusOf(metadata.introspection_endpoint, method, resource, { token: 'x' }),
      expected,
      `introspect by ${method}`,
    )
  }

  t.strictSame(Object.keys((await app.inject(pathOf(String(metadata.jwks_uri)))).json()), ['keys'])
  const needed: Record<string, [method: 'GET' | 'DELETE', url: string, token: string]> = {
    account: ['GET', '/auth/users/me', ada.access_token],
    'audit:read': ['GET', '/auth/events', auditor],
    'clients:write': ['GET', '/auth/clients', admin],
    'keys:write': ['GET', '/auth/keys', admin],
    'users:read': ['GET', '/auth/users', auditor],
    'users:write': ['DELETE', '/auth/sessions', auditor],
  }
  t.strictSame(metadata.scopes_supported, Object.keys(needed))
  for (const [scope, [method, url, token]] of Object.entries(needed)) {
    t.ok((await app.inject({ method, url, headers: { authorization: `Bearer ${token}` } })).statusCode < 300, scope)
  }
})

t.test('under HS256 no keys are published, and the metadata has no jwks_uri', async (t) => {
  const { app } = await build(t, { environment: { ALGORITHM: 'HS256' } })
  const metadata = await metadataAt(t, app, '/auth')
  t.notOk('jwks_uri' in metadata)
  t.strictSame((await app.inject('/auth/jwks.json')).json(), { keys: [] })
})

t.test('the URLs come from PUBLIC_URL and PREFIX, never from a Host header (F2)', async (t) => {
  const { app } = await build(t, {
    environment: { PUBLIC_URL: 'https://api.example.com', PREFIX: '/v1/sign-in', TRUST_PROXY: '1' },
  })
  const expected = await metadataAt(t, app, '/v1/sign-in')
  const issuer = 'https://api.example.com/v1/sign-in'
  t.match(expected, {
    issuer,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks.json`,
    revocation_endpoint: `${issuer}/revoke`,
    introspection_endpoint: `${issuer}/introspect`,
  })
  const headers = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-forwarded-prefix': '/evil',
    forwarded: 'host=evil.example;proto=http',
  }
  for (const url of [`/v1/sign-in${wellKnown}`, `${wellKnown}/v1/sign-in`]) {
    const response = await app.inject({ url, headers })
    t.strictSame(response.json(), expected)
    t.notMatch(JSON.stringify(response.headers), 'evil')
  }
  t.equal((await app.inject(wellKnown)).statusCode, 404)
})

t.test('in a host the metadata is also served at the root, unless the host adds a prefix', async (t) => {
  const app = createHost(t)
  await app.register(latchkey, mountOptions)
  await app.register(latchkey, { ...mountOptions, prefix: '/other', name: 'other' })
  await app.register(
    async (api) => {
      await api.register(latchkey, { ...mountOptions, name: 'third' })
    },
    { prefix: '/api' },
  )
  app.setErrorHandler((_error, _request, reply) => reply.code(418).send({ host: true }))

  t.match(await metadataAt(t, app, '/auth'), { issuer: 'http://localhost:3000/auth' })
  t.match(await metadataAt(t, app, '/other'), { issuer: 'http://localhost:3000/other' }, 'each mount has its own')
  t.equal((await app.inject(`${wellKnown}/auth?x=1`)).statusCode, 400, 'its errors are those of Latchkey')

  const below = await app.inject(`/api/auth${wellKnown}`)
  t.match(below.json(), {
    issuer: 'http://localhost:3000/api/auth',
    token_endpoint: 'http://localhost:3000/api/auth/token',
  })
  for (const url of [`${wellKnown}/api/auth`, `/api${wellKnown}/auth`, wellKnown]) {
    t.equal((await app.inject(url)).statusCode, 404, url)
  }
})
