import { Type } from '@sinclair/typebox'
import { invalidField } from '../../src/errors/index.ts'

/** A query parameter with a time (RFC 3339). */
export function TimeFilter(description: string) {
  return Type.Optional(Type.String({ format: 'date-time', maxLength: 64, description }))
}

/**
 * @param field the name of the query parameter
 * @returns milliseconds since the epoch
 * @throws {ApiError} 400 for a leap second, which JavaScript cannot represent
 */
export function parseTimeFilter(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw invalidField(field, 'must be a time such as 2026-11-25T18:12:00Z')
  return time
}
