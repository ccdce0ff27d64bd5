import { type StringOptions, Type } from '@sinclair/typebox'

/** A string or null. */
export function NullableString(options: StringOptions = {}) {
  return Type.Unsafe<string | null>({ type: ['string', 'null'], ...options })
}

/** One of these strings or null. */
export function NullableEnum<Value extends string>(values: Value[], options: StringOptions = {}) {
  return Type.Unsafe<Value | null>({ type: ['string', 'null'], enum: [...values, null], ...options })
}
