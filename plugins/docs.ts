import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { etagOf, matchesEtag } from '../src/lib/etag.ts'

interface Options {
  title: string
  version: string
  description: string
  /** The value of `components.securitySchemes`. */
  securitySchemes: Record<string, SecurityScheme>
  /** Whether the document and its page are published. */
  isServed: boolean
}

type SecurityScheme = NonNullable<
  NonNullable<NonNullable<swagger.FastifyDynamicSwaggerOptions['openapi']>['components']>['securitySchemes']
>[string]

/** The policy of the page, which causes no messages in the console. Swagger UI needs `unsafe-inline` for its styles. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The favicon: a latchkey. */
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#2f6f4f" ' +
  'stroke-width="3.5"><circle cx="10" cy="16" r="6"/><path d="M16 16h13v6M23 16v5"/></svg>'

/** In the order in which a newcomer needs them. */
const tags = [
  { name: 'Sign-in', description: 'Register, sign in, refresh and sign out.' },
  { name: 'Account', description: 'Read and change your own account, and manage your sessions.' },
  { name: 'Recovery', description: 'Verify an e-mail address, or reset a password by e-mail.' },
  {
    name: 'Administration',
    description: 'Manage users, invitations, clients and signing keys, and read the audit log.',
  },
  { name: 'Token verification', description: 'Verify access tokens in other services.' },
  { name: 'Health', description: 'Monitor the service.' },
]

/** The OpenAPI document of all routes that are declared after this plugin, and a page to try them on. */
export default fp<Options>(
  async (app, { title, version, description, securitySchemes, isServed }) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title, version, description, license: { name: 'MIT License', identifier: 'MIT' } },
        tags,
        components: { securitySchemes },
      },
      transformObject: (document) =>
        'openapiObject' in document ? sortSchemas(document.openapiObject) : document.swaggerObject,
      refResolver: { buildLocalReference: (schema, _base, _fragment, index) => nameOf(schema.$id) ?? `def-${index}` },
    })
    if (!isServed) return

    const sendJson = createSender('application/json; charset=utf-8', () => JSON.stringify(app.swagger()))
    const sendYaml = createSender('application/x-yaml; charset=utf-8', () => app.swagger({ yaml: true }))
    app.get('/openapi.json', { schema: { hide: true } }, sendJson)
    // A relative URL works behind a proxy that strips a path.
    app.get('/docs', { schema: { hide: true } }, async (_request, reply) => reply.redirect('./docs/'))
    await app.register(async (page) => {
      page.addHook('onRequest', async (_request, reply) => {
        reply.header('content-security-policy', pagePolicy)
      })
      // Replaces handlers that serialize the document for each request.
      page.addHook('onRoute', (route) => {
        if (route.url === '/docs/json') route.handler = sendJson
        if (route.url === '/docs/yaml') route.handler = sendYaml
      })
      await page.register(swaggerUi, {
        routePrefix: '/docs/',
        // BaseLayout has no top bar, which could open any other document.
        uiConfig: {
          layout: 'BaseLayout',
          docExpansion: 'list',
          defaultModelsExpandDepth: 0,
          displayRequestDuration: true,
          tryItOutEnabled: false,
          persistAuthorization: false,
        },
        // Swagger UI resolves relative URLs against its own URL including the query, so a query would break them.
        uiHooks: {
          onRequest: async (request, reply) =>
            request.raw.url?.includes('?') === true ? reply.redirect('./') : undefined,
        },
        theme: {
          title,
          favicon: [{ filename: 'favicon.svg', rel: 'icon', sizes: 'any', type: 'image/svg+xml', content: icon }],
        },
      })
    })
  },
  { name: 'latchkey-docs' },
)

/**
 * Creates a handler for a document that never changes.
 * @param write called for the first request, when all routes have been declared
 */
function createSender(type: string, write: () => string) {
  let document: { body: Buffer; etag: string } | undefined

  function makeDocument() {
    const text = write()
    return { body: Buffer.from(text), etag: etagOf(text) }
  }

  return async (request: FastifyRequest, reply: FastifyReply) => {
    document ??= makeDocument()
    const { body, etag } = document
    reply.headers({ 'cache-control': 'no-cache', etag })
    if (matchesEtag(etag, request.headers['if-none-match'])) return reply.code(304).send()
    return reply.type(type).send(body)
  }
}

/** `latchkey.User` -> `User`. */
function nameOf(id: unknown) {
  return typeof id === 'string' ? id.replace(/^latchkey\./, '') : undefined
}

/** Sorts `components.schemas` by name instead of their first use in a route. */
function sortSchemas<Document extends { components?: { schemas?: object } }>(document: Document): Document {
  const schemas = Object.entries(document.components?.schemas ?? {})
  schemas.sort(([name], [other]) => name.localeCompare(other, 'en'))
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(schemas) } }
}
