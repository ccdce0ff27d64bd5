import { Type } from '@sinclair/typebox'
import { invalidField } from '../../src/errors/index.ts'

/** A time in a query (RFC 3339). */
export const TimeFilter = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }))

/**
 * In milliseconds since the epoch.
 * @throws {ApiError} 400 for a leap second, which no clock of ours knows
 */
export function millisecondsOf(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw invalidField(field, 'must be a time such as 2026-11-25T18:12:00Z')
  return time
}
