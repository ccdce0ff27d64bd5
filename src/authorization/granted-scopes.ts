import { invalidField } from '../errors/index.ts'
import { isScope, ownScope } from './scopes.ts'

/**
 * Checks the scopes to grant to a user, and removes duplicates.
 * @throws {ApiError} 400 for a malformed scope, and for `account`, which every user has
 */
export function acceptScopes(scopes: string[]): string[] {
  if (scopes.includes(ownScope)) throw invalidField('scopes', `must not contain ${ownScope}, which every user has`)
  if (!scopes.every(isScope)) {
    throw invalidField('scopes', 'must contain printable ASCII characters only, without spaces, " and \\')
  }
  return [...new Set(scopes)]
}
