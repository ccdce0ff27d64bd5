import { type StringOptions, Type } from '@sinclair/typebox'

/** A string or null. */
export function NullableString(options: StringOptions = {}) {
  return Type.Unsafe<string | null>({ type: ['string', 'null'], ...options })
}
