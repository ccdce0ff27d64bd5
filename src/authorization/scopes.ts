import { ApiError } from '../errors/index.ts'

/** The scope that every user has: read and change one's own account. */
export const ownScope = 'account'

/** The scopes of the API that allow acting on others. */
export const administrationScopes = ['audit:read', 'clients:write', 'keys:write', 'users:read', 'users:write'] as const

/** Prefixes that are reserved for such scopes, and not for the operator's own. */
const administrationPrefixes = ['users:', 'keys:', 'clients:', 'audit:', 'admin:']

/** Whether it is a scope-token (RFC 6749 3.3), of at most 128 characters. */
export function isScope(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(text)
}

/** Splits a `scope` value (RFC 6749 3.3) into distinct scopes. */
export function scopesOf(text: string): string[] {
  return [...new Set(text.split(' ').filter((scope) => scope !== ''))]
}

/**
 * Selects what is granted of what is available. A request without a scope gets everything but administration, which
 * has to be requested by name.
 * @throws {ApiError} 400 `invalid_scope` (RFC 6749 5.2) for what is not available
 */
export function grantScopes(available: string[], requested: string[]): string[] {
  if (requested.length === 0) return available.filter((scope) => !isAdministration(scope))
  const refused = requested.filter((scope) => !available.includes(scope))
  if (refused.length > 0) throw invalidScope(refused)
  return requested
}

/** Names the refused scopes, which are the caller's own words, unless one cannot stand in a message (RFC 6749 5.2). */
function invalidScope(refused: string[]) {
  if (!refused.every(isScope)) return new ApiError('invalid_scope')
  const subject = refused.length === 1 ? `scope ${refused[0]} is` : `scopes ${refused.join(', ')} are`
  return new ApiError('invalid_scope', { detail: `The ${subject} not granted.` })
}

/** Reduces the scopes of a token to those that its user still holds. */
export function cutScopes(granted: string[], held: string[]): string[] {
  return granted.filter((scope) => scope === ownScope || held.includes(scope))
}

/** Whether a scope allows acting on others. */
export function isAdministration(scope: string): boolean {
  return administrationPrefixes.some((prefix) => scope.startsWith(prefix))
}
