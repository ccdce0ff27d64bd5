import { Type } from '@sinclair/typebox'

/** An id in a request. */
export function Id(description: string) {
  return Type.String({ format: 'uuid', maxLength: 36, description })
}
