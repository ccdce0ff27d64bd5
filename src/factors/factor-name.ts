import { invalidField } from '../errors/index.ts'
import { isOneLine } from '../lib/text.ts'
import { trim } from '../lib/trim.ts'

/**
 * Checks the name of a factor, by which users recognize it in lists.
 * @returns the name without white space and invisible characters at its ends, but otherwise as typed
 * @throws {ApiError} 400 if it is blank or contains invalid characters
 */
export function acceptFactorName(typed: string): string {
  const name = trim(typed)
  if (name === '') throw invalidField('name', 'must not be blank')
  if (!isOneLine(name)) throw invalidField('name', 'contains invalid characters')
  return name
}
