import AjvCompiler from '@fastify/ajv-compiler'
import SerializerSelector from '@fastify/fast-json-stringify-compiler'
import type {} from '@fastify/swagger'
import { Type, type TSchema } from '@sinclair/typebox'
import fp from 'fastify-plugin'

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
export default fp<Options>(async (app, { name, shapes, openapi }) => {
  for (const { $id, ...shape } of shapes) {
    app.addSchema({ ...referring(shape, name), $id: `${name}.${$id}` })
  }

  app.addHook('onRoute', (route) => {
    const { operationId, hide = false } = route.schema ?? {}
    route.schema = {
      querystring: nothing,
      ...referring(route.schema, name),
      hide: hide || !openapi,
      ...operationId === undefined || name === 'latchkey' ? {} : { operationId: `${name}${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}` },
    }
  })

  const validators = AjvCompiler()
  app.setValidatorCompiler((route) => validators(app.getSchemas() as Record<string, TSchema>, {
    customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allErrors: true, strictTypes: false, keywords: ['example'] },
    onCreate: (ajv) => { for (const format of ['text', 'password', 'email']) ajv.addFormat(format, isText) },
  })(route))

  const serializers = SerializerSelector()
  app.setSerializerCompiler((route) => serializers(app.getSchemas(), {})({ httpStatus: '', ...route }))
}, { name: 'latchkey-schemas' })

const nothing = Type.Object({}, { additionalProperties: false })

/**
 * PostgreSQL knows no NUL, and UTF-8 no lone surrogate: neither would come back as it was sent. U+FFFD
 * stands for bytes that were not UTF-8: passwords in another encoding would become the same one.
 */
function isText (text: string) {
  return text.isWellFormed() && !/[\0\ufffd]/.test(text)
}

/** The same, with a reference in place of each schema that has an `$id`. */
function referring<T> (schema: T, name: string): T
function referring (schema: unknown, name: string): unknown {
  if (Array.isArray(schema)) return schema.map((item) => referring(item, name))
  if (typeof schema !== 'object' || schema === null) return schema
  if ('$id' in schema) return { $ref: `${name}.${schema.$id}#` }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, referring(value, name)]))
}
