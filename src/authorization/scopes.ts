import { ApiError } from '../errors/index.ts'
import { wordsOf } from '../lib/words.ts'

/** The scope that every user has. It allows users to read and change their own account. */
export const ownScope = 'account'

/** The scopes of the API that allow acting on users and clients. */
export const administrationScopes = ['audit:read', 'clients:write', 'keys:write', 'users:read', 'users:write'] as const

/** Prefixes that are reserved for these scopes. The scopes that an operator defines must not have them. */
const administrationPrefixes = ['users:', 'keys:', 'clients:', 'audit:', 'admin:']

/** Whether a text is a scope-token (RFC 6749 3.3) of at most 128 characters. */
export function isScope(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(text)
}

/** Splits a `scope` value (RFC 6749 3.3) into distinct scopes. */
export function scopesOf(text: string): string[] {
  return [...new Set(wordsOf(text))]
}

/**
 * Grants the requested scopes. A request without a scope gets all available ones except administration scopes, which
 * must be requested by name.
 * @throws {ApiError} 400 `invalid_scope` (RFC 6749 5.2) for a scope that is not available
 */
export function grantScopes(available: string[], requested: string[]): string[] {
  if (requested.length === 0) return available.filter((scope) => !isAdministration(scope))
  const rejected = requested.filter((scope) => !available.includes(scope))
  if (rejected.length > 0) throw invalidScope(rejected)
  return requested
}

/** Names the rejected scopes, unless one has characters that an error message must not contain (RFC 6749 5.2). */
function invalidScope(rejected: string[]) {
  if (!rejected.every(isScope)) return new ApiError('invalid_scope')
  const subject = rejected.length === 1 ? `scope ${rejected[0]} is` : `scopes ${rejected.join(', ')} are`
  return new ApiError('invalid_scope', { detail: `The ${subject} not available to this user, client or session.` })
}

/** Reduces the scopes of a token to those that its user or client still has. */
export function cutScopes(granted: string[], held: string[]): string[] {
  return granted.filter((scope) => scope === ownScope || held.includes(scope))
}

/** Whether a scope allows acting on users and clients. */
export function isAdministration(scope: string): boolean {
  return administrationPrefixes.some((prefix) => scope.startsWith(prefix))
}
