import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import latchkey, { latchkeySecuritySchemes } from '../../src/plugin.ts'
import { createDocumentedHost, createHost, hostDocuments, mountOptions } from '../support/host.ts'

interface Document {
  paths: Record<string, Record<string, { operationId?: string; security?: Record<string, string[]>[] }>>
  components: {
    schemas?: Record<string, { title?: string }>
    securitySchemes?: Record<string, { flows: { password: { tokenUrl: string; scopes: object } } }>
  }
}

function documentOf(app: FastifyInstance): Document {
  return JSON.parse(JSON.stringify(app.swagger()))
}

for (const [name, options] of Object.entries(hostDocuments)) {
  t.test(`a host’s document in ${name} is unchanged unless it asks for the mount`, async (t) => {
    const alone = await createDocumentedHost(t, options)
    const mounted = await createDocumentedHost(t, options, [
      mountOptions,
      { ...mountOptions, name: 'staff', prefix: '/staff', openapi: false },
    ])
    t.strictSame(documentOf(mounted), documentOf(alone))
    t.match(JSON.stringify(documentOf(alone)), 'shoe_size')
  })
}

t.test('a mount is part of the document of a host that asks for it, with its security schemes', async (t) => {
  const app = await createDocumentedHost(t, hostDocuments['OpenAPI 3.1'], [{ ...mountOptions, openapi: true }])
  const document = documentOf(app)

  t.strictSame(Object.keys(document.paths).sort(), [
    '/auth/.well-known/oauth-authorization-server',
    '/auth/clients',
    '/auth/clients/{client_id}',
    '/auth/email-verification',
    '/auth/email-verification/confirm',
    '/auth/events',
    '/auth/introspect',
    '/auth/invitations',
    '/auth/invitations/accept',
    '/auth/invitations/{id}',
    '/auth/jwks.json',
    '/auth/keys',
    '/auth/keys/rotate',
    '/auth/passkey/options',
    '/auth/password-reset',
    '/auth/password-reset/confirm',
    '/auth/revoke',
    '/auth/sessions',
    '/auth/token',
    '/auth/users',
    '/auth/users/me',
    '/auth/users/me/delete',
    '/auth/users/me/events',
    '/auth/users/me/export',
    '/auth/users/me/factors',
    '/auth/users/me/passkeys',
    '/auth/users/me/passkeys/options',
    '/auth/users/me/passkeys/{id}',
    '/auth/users/me/password',
    '/auth/users/me/reauthenticate',
    '/auth/users/me/recovery-codes',
    '/auth/users/me/sessions',
    '/auth/users/me/sessions/{id}',
    '/auth/users/me/totp',
    '/auth/users/me/totp/{id}',
    '/auth/users/me/totp/{id}/confirm',
    '/auth/users/{id}',
    '/auth/users/{id}/factors',
    '/auth/users/{id}/password-reset',
    '/auth/users/{id}/sessions',
    '/auth/users/{id}/sessions/{session_id}',
    '/auth/users/{id}/unlock',
    '/shoes',
  ])
  t.strictSame(document.paths['/auth/users/me']?.get?.security, [{ latchkey: ['account'] }])
  t.strictSame(document.components.securitySchemes, latchkeySecuritySchemes())
  const { tokenUrl = '' } = document.components.securitySchemes?.latchkey?.flows.password ?? {}
  t.equal((await app.inject({ method: 'POST', url: tokenUrl })).json().error, 'invalid_request', 'the URL exists')
  t.strictSame(faultsOf(document), [])
})

t.test('two mounts in one document do not collide, with each other or with the host', async (t) => {
  const app = await createDocumentedHost(
    t,
    {
      openapi: {
        openapi: '3.1.0',
        info: { title: 'The host', version: '1' },
        components: {
          securitySchemes: {
            ...latchkeySecuritySchemes('staff', '/staff'),
            ...latchkeySecuritySchemes('customers', '/api/customers'),
          },
        },
      },
    },
    [
      { ...mountOptions, name: 'staff', prefix: '/staff', openapi: true },
      { ...mountOptions, name: 'customers', prefix: '/api/customers', openapi: true },
    ],
  )
  const document = documentOf(app)

  t.strictSame(faultsOf(document), [])
  const ids = [
    'AcceptInvitation',
    'ChangeAccount',
    'ChangeAccountPasskey',
    'ChangeAccountPassword',
    'ChangeAccountTotp',
    'ChangeUser',
    'CreateAccountPasskey',
    'CreateAccountPasskeyOptions',
    'CreateAccountRecoveryCodes',
    'CreateAccountTotp',
    'CreateInvitation',
    'CreatePasskeyOptions',
    'DeleteAccount',
    'DeleteAccountPasskey',
    'DeleteAccountTotp',
    'DeleteClient',
    'DeleteInvitation',
    'DeleteUser',
    'DeleteUserFactors',
    'EndAccountSession',
    'EndAllSessions',
    'EndOtherAccountSessions',
    'EndUserSession',
    'EndUserSessions',
    'ExportAccount',
    'GetAccount',
    'GetAccountFactors',
    'GetJwks',
    'GetMetadata',
    'GetUser',
    'IntrospectToken',
    'IssueToken',
    'ListAccountEvents',
    'ListAccountSessions',
    'ListClients',
    'ListEvents',
    'ListInvitations',
    'ListKeys',
    'ListUserSessions',
    'ListUsers',
    'ReauthenticateAccount',
    'RegisterClient',
    'RegisterUser',
    'RequestEmailVerification',
    'RequestPasswordReset',
    'ResetPassword',
    'RevokeToken',
    'RotateKeys',
    'StartUserPasswordReset',
    'UnlockUser',
    'VerifyAccountTotp',
    'VerifyEmail',
  ]
  t.strictSame(operationIdsOf(document).sort(), [
    ...ids.map((id) => `customers${id}`),
    'getShoes',
    ...ids.map((id) => `staff${id}`),
  ])
  for (const [name, prefix] of [
    ['staff', '/staff'],
    ['customers', '/api/customers'],
  ] as const) {
    t.strictSame(document.paths[`${prefix}/users/me`]?.get?.security, [{ [name]: ['account'] }])
    t.equal(document.components.securitySchemes?.[name]?.flows.password.tokenUrl, `${prefix}/token`)
    for (const schema of ['User', 'InvalidRequestProblem', 'TokenResponse']) {
      t.ok(
        Object.values(document.components.schemas ?? {}).some(({ title }) => title === `${name}.${schema}`),
        `${name}.${schema}`,
      )
    }
  }
  t.ok(
    Object.values(document.components.schemas ?? {}).some(({ title }) => title === 'User'),
    'the host’s own schema',
  )
})

t.test('a mount in the document does not bring another mount into it', async (t) => {
  const app = await createDocumentedHost(
    t,
    {
      openapi: {
        openapi: '3.1.0',
        info: { title: 'The host', version: '1' },
        components: { securitySchemes: latchkeySecuritySchemes() },
      },
    },
    [
      { ...mountOptions, openapi: true },
      { ...mountOptions, name: 'staff', prefix: '/staff' },
    ],
  )
  t.notMatch(JSON.stringify(documentOf(app)), 'staff')
})

for (const [name, options] of Object.entries(hostDocuments)) {
  t.test(`routes that the mount guards declare it in a host’s document in ${name} (N4)`, async (t) => {
    const app = createHost(t)
    await app.register(swagger, options)
    await app.register(latchkey, mountOptions)
    const { authenticate, requireRecent, requireScope } = app.latchkey
    const handler = async () => 'done'
    const schema = { operationId: 'createPost' }
    app.post('/posts', { schema, onRequest: requireScope('posts:write') }, handler)
    app.get('/posts', { preHandler: [authenticate, requireScope('posts:read', 'drafts:read')] }, handler)
    await app.register(async (scope) => scope.get('/me', { onRequest: authenticate }, handler))
    app.get('/own', { schema: { security: [] }, onRequest: authenticate }, handler)
    app.get('/recent', { schema: { description: 'Pays.' }, onRequest: requireRecent({ maxAge: 60 }) }, handler)
    app.get('/strong', { onRequest: requireRecent({ acr: 'aal2' }) }, handler)
    app.get('/open', handler)
    await app.ready()
    const { paths, ...document } = documentOf(app)
    t.match(paths, {
      '/posts': {
        post: { operationId: 'createPost', security: [{ latchkey: ['posts:write'] }] },
        get: { security: [{ latchkey: ['posts:read', 'drafts:read'] }] },
      },
      '/me': { get: { security: [{ latchkey: [] }] } },
      '/own': { get: { security: [] } },
      '/recent': {
        get: {
          description: /^Pays\.\n\n.* 60 seconds, with the second factor if .* 401 `insufficient_user_authentication`/,
          security: [{ latchkey: [] }],
        },
      },
      '/strong': { get: { description: /^The user .* 900 seconds, with `acr` `aal2`\. / } },
    })
    t.strictSame(Object.keys(paths).sort(), ['/me', '/open', '/own', '/posts', '/recent', '/strong'])
    t.equal(paths['/open']?.get?.security, undefined)
    const scopes = { account: String, 'posts:write': String, 'drafts:read': String }
    t.match(
      document,
      name === 'Swagger 2.0'
        ? { securityDefinitions: { latchkey: { type: 'oauth2', flow: 'password', tokenUrl: '/auth/token', scopes } } }
        : {
            components: { securitySchemes: { latchkey: { flows: { password: { tokenUrl: '/auth/token', scopes } } } } },
          },
    )
  })
}

for (const [name, options] of Object.entries(hostDocuments)) {
  for (const openapi of [false, true]) {
    t.test(`a guarded route can have its own security in ${name}, with openapi ${openapi} (N4)`, async (t) => {
      const app = createHost(t)
      await app.register(swagger, options)
      await app.register(latchkey, { ...mountOptions, openapi })
      const schema = { security: [{ latchkey: ['posts:read'] }, { latchkeyClientCredentials: [] }] }
      app.get('/posts', { schema, onRequest: app.latchkey.authenticate }, async () => [])
      await app.ready()
      const { paths, ...document } = documentOf(app)
      t.strictSame(paths['/posts']?.get?.security, schema.security)
      t.match(JSON.stringify(document), '"posts:read":"A scope of this app"')
    })
  }
}

t.test('a route before the mount can have its own security if the host has the schemes (N4)', async (t) => {
  const app = createHost(t)
  const { openapi } = hostDocuments['OpenAPI 3.1']
  await app.register(swagger, { openapi: { ...openapi, components: { securitySchemes: latchkeySecuritySchemes() } } })
  const security = [{ latchkey: ['account'] }]
  app.get('/posts', { schema: { security } }, async () => [])
  await app.register(latchkey, { ...mountOptions, openapi: true })
  await app.ready()
  t.strictSame(documentOf(app).paths['/posts']?.get?.security, security)
})

t.test('a host’s own security scheme and route transformation are kept (N4)', async (t) => {
  const app = createHost(t)
  const own = { type: 'http' as const, scheme: 'bearer' }
  await app.register(swagger, {
    openapi: { info: { title: 'The host', version: '1' }, components: { securitySchemes: { latchkey: own } } },
    transform: ({ schema, url }) => ({ schema: { ...schema, summary: `of ${url}` }, url }),
  })
  await app.register(latchkey, mountOptions)
  app.get('/posts', { onRequest: app.latchkey.requireScope('posts:read') }, async () => [])
  await app.ready()
  const document = documentOf(app)
  t.match(document.paths['/posts']?.get, { summary: 'of /posts', security: [{ latchkey: ['posts:read'] }] })
  t.strictSame(Object.keys(document.paths), ['/posts'])
  const { latchkey: kept, ...added } = document.components.securitySchemes ?? {}
  t.strictSame(kept, own)
  t.strictSame(Object.keys(added), ['latchkeyClientCredentials'], 'the scheme of clients is added')
})

function operationIdsOf({ paths }: Document) {
  return Object.values(paths)
    .flatMap((path) => Object.values(path))
    .flatMap(({ operationId }) => operationId ?? [])
}

/** Defects of a document: dangling references, unknown security schemes and repeated operation ids. */
function faultsOf(document: Document): string[] {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference = '']) => reference)
  const schemas = Object.keys(document.components.schemas ?? {}).map((name) => `#/components/schemas/${name}`)
  const schemes = Object.values(document.paths)
    .flatMap((path) => Object.values(path))
    .flatMap(({ security = [] }) => security.flatMap((entry) => Object.keys(entry)))
  const ids = operationIdsOf(document)
  return [
    ...references.filter((reference) => !schemas.includes(reference)),
    ...schemes.filter((scheme) => !Object.hasOwn(document.components.securitySchemes ?? {}, scheme)),
    ...ids.filter((id, index) => ids.indexOf(id) !== index),
  ]
}
