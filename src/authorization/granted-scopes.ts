import { invalidField } from '../errors/index.ts'
import { isScope, ownScope } from './scopes.ts'

/**
 * The scopes that somebody is to be granted, each once.
 * @throws {ApiError} 400 for what is none, and for the one that everybody has
 */
export function acceptScopes(words: string[]): string[] {
  if (words.includes(ownScope)) throw invalidField('scopes', `may not hold ${ownScope}, which everybody has`)
  if (!words.every(isScope)) throw invalidField('scopes', 'must be words of printable ASCII without " and \\')
  return [...new Set(words)]
}
