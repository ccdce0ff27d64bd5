import type { FastifyInstance } from 'fastify'

/** The parts of an OpenAPI document and of JSON Schema that the tests read. */
export interface Document {
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Schema>
    securitySchemes: Record<
      string,
      { flows: Partial<Record<'password' | 'clientCredentials', { tokenUrl: string; scopes: Record<string, string> }>> }
    >
  }
  tags: { name: string; description: string }[]
}

export interface Operation {
  operationId?: string
  summary?: string
  description?: string
  tags?: string[]
  security?: Record<string, string[]>[]
  parameters?: { name: string; in: string; schema: Schema }[]
  requestBody?: { content: Content }
  responses: Record<string, { description?: string; headers?: Record<string, unknown>; content?: Content }>
}

export type Content = Record<string, { schema: Schema; example?: unknown }>

export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  maxLength?: number
  examples?: unknown[]
  properties?: Record<string, Schema>
  items?: Schema
}

/** The documents that the service publishes, one for each version of OpenAPI. They are committed under these names. */
export const documentNames = ['openapi.json', 'openapi-3.0.json'] as const

export async function documentOf(
  app: FastifyInstance,
  name: (typeof documentNames)[number] = 'openapi.json',
): Promise<Document> {
  const response = await app.inject({ url: `/${name}` })
  return response.json<Document>()
}

/** Each operation with its method and path; its place is both: `GET /auth/users/me`. */
export function operationsOf({ paths }: Document) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([key, operation]) => {
      const method = key.toUpperCase()
      return { method, path, place: `${method} ${path}`, operation }
    }),
  )
}

/** Every body of an operation: the request, and the responses by status. */
export function bodiesOf({ requestBody, responses }: Operation) {
  const bodies = [
    { status: 'request', content: requestBody?.content },
    ...Object.entries(responses).map(([status, { content }]) => ({ status, content })),
  ]
  return bodies.flatMap(({ status, content = {} }) =>
    Object.entries(content).map(([mediaType, body]) => ({ status, mediaType, ...body })),
  )
}

/** The schema that a reference refers to, or the schema itself. */
export function resolved(document: Document, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema
  const name = schema.$ref.replace('#/components/schemas/', '')
  const found = document.components.schemas[name]
  if (found === undefined) throw new Error(`There is no ${schema.$ref}`)
  return found
}

/** The example that a reader is shown, or undefined if there is none. */
export function exampleOf(document: Document, given: Schema): unknown {
  const schema = resolved(document, given)
  const [first] = schema.examples ?? schema.enum ?? []
  if (first !== undefined) return first
  if (schema.items !== undefined) {
    const item = exampleOf(document, schema.items)
    return item === undefined ? undefined : [item]
  }
  if (schema.properties === undefined) return undefined
  const properties = Object.entries(schema.properties).map(
    ([name, property]) => [name, exampleOf(document, property)] as const,
  )
  return properties.every(([, example]) => example !== undefined) ? Object.fromEntries(properties) : undefined
}
