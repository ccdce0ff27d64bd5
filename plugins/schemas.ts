import type {} from '@fastify/swagger'
import { Type } from '@sinclair/typebox'
import fp from 'fastify-plugin'
import type { UsernamePolicy } from '../src/users/index.ts'
import { type SchemaCompilers, schemaCompilersFor } from './schema-compilers.ts'

interface Options {
  /** The mount's name. */
  name: string
  /** Whether the routes appear in the OpenAPI document of the server they are mounted in. */
  openapi: boolean
  usernames?: UsernamePolicy
}

/** In these schemas, `username` is required if every account has one. */
const accountRequests = ['InvitationAcceptance', 'NewUser']

/**
 * In these schemas, `username` is required as well, but only in the document. Accounts from a time when usernames were
 * optional must still be serialized.
 */
const accountResponses = ['ManagedUser', 'User']

/**
 * Compiles the schemas of routes independently of the host's compilers, and adds the mount's name to every schema and
 * operation, so that two mounts and a host can each have a `User`. Routes use schemas as values; here, each schema with
 * an `$id` becomes a reference. A route without a query schema accepts no query.
 */
export default fp<Options>(
  async (app, { name, openapi, usernames = 'required' }) => {
    const withUsername = (ids: string[], definition: Definition) =>
      usernames === 'required' && ids.some((id) => definition.$id === `${name}.${id}`)
        ? requireField(definition, 'username')
        : definition

    const definitions = createDefinitions(name, (defined) => {
      const definition = withUsername(accountRequests, defined)
      // Otherwise not added to the scope, since they would appear in the host's document.
      if (openapi) app.addSchema(withUsername(accountResponses, definition))
      return definition
    })

    // Created once all routes are declared. A host's schemas are not included: they may use another dialect.
    let compilers: SchemaCompilers | undefined
    const getCompilers = () => (compilers ??= schemaCompilersFor(definitions.all()))

    app.addHook('onRoute', (route) => {
      // Set on each route, since Fastify replaces a scope's compilers by the host's when the host adds schemas later.
      route.validatorCompiler = (part) => getCompilers().compileValidator(part)
      route.serializerCompiler = (part) => getCompilers().compileSerializer(part)
      const { operationId, hide = false } = route.schema ?? {}
      route.schema = {
        querystring: noQuery,
        ...definitions.referTo(route.schema),
        hide: hide || !openapi,
        ...(operationId === undefined || name === 'latchkey'
          ? {}
          : { operationId: `${name}${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}` }),
      }
    })

    // Removes the reply serializer of a host, which would replace the schemas of the routes.
    Reflect.apply(app.setReplySerializer, app, [null])
  },
  { name: 'latchkey-schemas' },
)

const noQuery = Type.Object({}, { additionalProperties: false })

interface Definition {
  $id: string
  properties?: object
  required?: string[]
}

/** Makes a field required, and keeps `required` in the order of the properties. */
function requireField(definition: Definition, field: string): Definition {
  const { properties = {}, required = [] } = definition
  return { ...definition, required: Object.keys(properties).filter((key) => key === field || required.includes(key)) }
}

/** Collects the schemas with an `$id` that routes use, each under the mount's name. */
function createDefinitions(name: string, adapt: (definition: Definition) => Definition) {
  const definitions: Record<string, object> = {}
  const sources = new Map<unknown, object>()

  function define(source: { $id: unknown }) {
    const { $id, ...schema } = source
    const known = sources.get($id)
    // An optional field has a copy of its schema.
    if (known === source || (known !== undefined && JSON.stringify(known) === JSON.stringify(source))) return
    if (known !== undefined) throw new Error(`Two schemas have the $id ${$id}.`)
    sources.set($id, source)
    const definition = adapt({ ...referTo(schema), $id: `${name}.${$id}` })
    definitions[definition.$id] = definition
  }

  /** @returns the schema, with each schema that has an `$id` replaced by a reference */
  function referTo<T>(schema: T): T
  function referTo(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((item) => referTo(item))
    if (typeof schema !== 'object' || schema === null) return schema
    if (!('$id' in schema)) return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, referTo(part)]))
    define(schema)
    return { $ref: `${name}.${schema.$id}#` }
  }

  return { all: () => definitions, referTo }
}
