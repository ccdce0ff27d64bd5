import type {} from '@fastify/swagger'
import { type TSchema, Type } from '@sinclair/typebox'
import fp from 'fastify-plugin'
import { schemaCompilersFor } from './schema-compilers.ts'

interface Options {
  /** The mount's name. */
  name: string
  /** Every schema with an `$id` that routes use. */
  shapes: TSchema[]
  /** Whether the routes stand in the OpenAPI document of the server they are mounted in. */
  openapi: boolean
}

/**
 * Compilers of our own, whatever a host has set; and the mount's name on every schema and operation,
 * so that two mounts and a host can each have an `Account`. Routes name neither: they use the
 * schemas as values, and what has an `$id` becomes a reference here. A route that declares no query
 * takes none.
 */
export default fp<Options>(
  async (app, { name, shapes, openapi }) => {
    const named = shapes.map(({ $id, ...shape }) => ({ ...referring(shape, name), $id: `${name}.${$id}` }))
    // In the scope they would stand in the host's document.
    if (openapi) for (const schema of named) app.addSchema(schema)

    // Of our own schemas alone: a host's may be in a dialect that no compiler of ours knows.
    const own = Object.fromEntries(named.map((schema) => [schema.$id, schema]))
    const { compileValidator, compileSerializer } = schemaCompilersFor(own)

    app.addHook('onRoute', (route) => {
      // On each route: a scope's compilers are rebuilt by the host's when a host adds schemas later.
      route.validatorCompiler = compileValidator
      route.serializerCompiler = compileSerializer
      const { operationId, hide = false } = route.schema ?? {}
      route.schema = {
        querystring: nothing,
        ...referring(route.schema, name),
        hide: hide || !openapi,
        ...(operationId === undefined || name === 'latchkey'
          ? {}
          : { operationId: `${name}${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}` }),
      }
    })

    // None, as a server has it that sets none: a host's would take the place of our schemas.
    Reflect.apply(app.setReplySerializer, app, [null])
  },
  { name: 'latchkey-schemas' },
)

const nothing = Type.Object({}, { additionalProperties: false })

/** The same, with a reference in place of each schema that has an `$id`. */
function referring<T>(schema: T, name: string): T
function referring(schema: unknown, name: string): unknown {
  if (Array.isArray(schema)) return schema.map((item) => referring(item, name))
  if (typeof schema !== 'object' || schema === null) return schema
  if ('$id' in schema) return { $ref: `${name}.${schema.$id}#` }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, referring(value, name)]))
}
