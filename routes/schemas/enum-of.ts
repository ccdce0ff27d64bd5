import { Type } from '@sinclair/typebox'

/** A string that is one of these values. @param options other keywords of the schema */
export function enumOf(values: string[], options: object) {
  return Type.Unsafe<string>({ type: 'string', enum: values, ...options })
}
