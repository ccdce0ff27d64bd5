import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { etagOf, matchesEtag } from '../src/lib/etag.ts'

interface Options {
  title: string
  version: string
  description: string
  /** For `components.securitySchemes`. */
  securitySchemes: Record<string, SecurityScheme>
  /** Whether the document and its page are served. */
  isServed: boolean
}

type SecurityScheme = NonNullable<
  NonNullable<NonNullable<swagger.FastifyDynamicSwaggerOptions['openapi']>['components']>['securitySchemes']
>[string]

/** Works without a message on the console; `unsafe-inline` is for the styles that Swagger UI sets. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The favicon: a latchkey. */
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#2f6f4f" ' +
  'stroke-width="3.5"><circle cx="10" cy="16" r="6"/><path d="M16 16h13v6M23 16v5"/></svg>'

/** The OpenAPI document of all routes that are declared after this, and the page to try them on. */
export default fp<Options>(
  async (app, { title, version, description, securitySchemes, isServed }) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title, version, description, license: { name: 'MIT', identifier: 'MIT' } },
        servers: [{ url: '/' }],
        tags: [
          { name: 'Account', description: 'Register, and see to one’s own account.' },
          { name: 'Recovery', description: 'Verify an e-mail address, or set a new password, with what was mailed.' },
          { name: 'Tokens', description: 'Sign in, refresh, sign out; what a token is worth.' },
          { name: 'Discovery', description: 'What other services need to verify tokens.' },
          {
            name: 'Administration',
            description:
              'Users and invitations, the audit log, signing keys and clients: for whoever runs the service.',
          },
          { name: 'Health', description: 'For whoever runs the service.' },
        ],
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
    // Relative, so that it works behind a proxy that strips a path.
    app.get('/docs', { schema: { hide: true } }, async (_request, reply) => reply.redirect('./docs/'))
    await app.register(async (page) => {
      page.addHook('onRequest', async (_request, reply) => {
        reply.header('content-security-policy', pagePolicy)
      })
      // In place of handlers that write the document out for each request.
      page.addHook('onRoute', (route) => {
        if (route.url === '/docs/json') route.handler = sendJson
        if (route.url === '/docs/yaml') route.handler = sendYaml
      })
      await page.register(swaggerUi, {
        routePrefix: '/docs/',
        // Without the top bar, which could open any other document.
        uiConfig: {
          layout: 'BaseLayout',
          docExpansion: 'list',
          defaultModelsExpandDepth: 0,
          displayRequestDuration: true,
          tryItOutEnabled: false,
          persistAuthorization: false,
        },
        // It resolves relative URLs against its own with the query, so that a query would break them.
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
 * Sends a document that is the same for every request.
 * @param write is called at the first request, when all routes have been declared
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

/** Sorts `components.schemas` by name; they arrive in the order in which routes first use them. */
function sortSchemas<Document extends { components?: { schemas?: object } }>(document: Document): Document {
  const schemas = Object.entries(document.components?.schemas ?? {})
  schemas.sort(([name], [other]) => name.localeCompare(other, 'en'))
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(schemas) } }
}
