import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { registerDocsPage } from './docs-page.ts'
import { apiTags } from './api-tags.ts'

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

const tags = [...apiTags, { name: 'Health', description: 'Monitor the service.' }]

/** The OpenAPI document of all routes that are declared after this plugin, and a page to try them on. */
export default fp<Options>(
  async (app, { title, version, description, prefix, securitySchemes, isServed }) => {
    const describe = (openapi: string, license: object, decorator: string) =>
      app.register(swagger, {
        decorator,
        openapi: {
          openapi,
          info: { title, version, description, license: { name: 'MIT License', ...license } },
          tags,
          components: { securitySchemes },
        },
        transformObject: (document) =>
          'openapiObject' in document ? sortSchemas(document.openapiObject) : document.swaggerObject,
        refResolver: { buildLocalReference: (schema, _base, _fragment, index) => nameOf(schema.$id) ?? `def-${index}` },
      })

    await describe('3.1.0', { identifier: 'MIT' }, 'swagger')
    if (!isServed) return

    // For tools that do not read 3.1. The plugin writes each schema in the terms of its version.
    await describe('3.0.3', { url: 'https://spdx.org/licenses/MIT' }, 'swagger30')
    const older = app.getDecorator<FastifyInstance['swagger']>('swagger30')
    await registerDocsPage(app, {
      title,
      prefix,
      document: () => app.swagger(),
      documentAsYaml: () => app.swagger({ yaml: true }),
      olderDocument: () => older(),
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
