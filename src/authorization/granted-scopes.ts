import { invalidField } from '../errors/index.ts'
import { isScope, ownScope } from './scopes.ts'

/**
 * Checks scopes that a user is to be granted, and removes duplicates.
 * @throws {ApiError} 400 for a malformed scope, and for the one that every user has
 */
export function acceptScopes(words: string[]): string[] {
  if (words.includes(ownScope)) throw invalidField('scopes', `may not hold ${ownScope}, which everybody has`)
  if (!words.every(isScope)) throw invalidField('scopes', 'must be words of printable ASCII without " and \\')
  return [...new Set(words)]
}
