import { ApiError } from '../errors/index.ts'

/** The scope that is everyone's: read and change one's own account. */
export const ownScope = 'account'

/** Those of the API that let somebody act on others. */
export const administrationScopes = ['audit:read', 'clients:write', 'keys:write', 'users:read', 'users:write'] as const

/** Prefixes of such scopes: none of the operator's own begins like that. */
const administrationPrefixes = ['users:', 'keys:', 'clients:', 'audit:', 'admin:']

/** Whether it is a scope-token (RFC 6749 3.3), of at most 128 characters. */
export function isScope(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(text)
}

/** The members of a `scope` value (RFC 6749 3.3), each once. */
export function scopesOf(text: string): string[] {
  return [...new Set(text.split(' ').filter((scope) => scope !== ''))]
}

/**
 * What is granted of what is available. Who names no scope gets everything but administration, which
 * has to be asked for by name.
 * @throws {ApiError} 400 `invalid_scope` (RFC 6749 5.2) for what is not available
 */
export function grantScopes(available: string[], asked: string[]): string[] {
  if (asked.length === 0) return available.filter((scope) => !isAdministration(scope))
  if (!asked.every((scope) => available.includes(scope))) {
    throw new ApiError('invalid_scope')
  }
  return asked
}

/** What of a token's scopes its user still holds. */
export function cutScopes(granted: string[], held: string[]): string[] {
  return granted.filter((scope) => scope === ownScope || held.includes(scope))
}

/** Scopes that let somebody act on others. */
export function isAdministration(scope: string): boolean {
  return administrationPrefixes.some((prefix) => scope.startsWith(prefix))
}
