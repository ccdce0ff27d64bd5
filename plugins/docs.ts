import swagger from '@fastify/swagger'
import fp from 'fastify-plugin'
import { registerDocsPage } from './docs-page.ts'

interface Options {
  title: string
  version: string
  description: string
  /** The path of the API, such as `/auth`. */
  prefix: string
  /** The value of `components.securitySchemes`. */
  securitySchemes: Record<string, SecurityScheme>
  /** Whether the document and its page are published. */
  isServed: boolean
}

type SecurityScheme = NonNullable<
  NonNullable<NonNullable<swagger.FastifyDynamicSwaggerOptions['openapi']>['components']>['securitySchemes']
>[string]

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
  async (app, { title, version, description, prefix, securitySchemes, isServed }) => {
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

    await registerDocsPage(app, {
      title,
      prefix,
      document: () => app.swagger(),
      documentAsYaml: () => app.swagger({ yaml: true }),
    })
  },
  { name: 'latchkey-docs' },
)

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
