import { type TSchema, Type } from '@sinclair/typebox'

/** A response with a JSON body of this schema. */
export function jsonResponse<Schema extends TSchema>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

/** A response without a body. */
export function emptyResponse(description: string) {
  return Type.Unsafe<undefined>({ type: 'null', description })
}
