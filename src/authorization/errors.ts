import { ApiError } from '../errors/index.ts'
import type { Subject } from './principal.ts'

/** 403 `insufficient_scope` (RFC 6750 3.1). The guard of the route records it in the audit log. */
export class InsufficientScope extends ApiError {
  /** The scopes that the caller lacks. */
  readonly missing: string[]
  /** The user whom the caller tried to act on. */
  readonly userId: string | undefined

  /** @param required the scopes that the route requires, separated by spaces */
  constructor(
    detail: string,
    { missing = [], required, userId }: { missing?: string[]; required?: string; userId?: string | undefined } = {},
  ) {
    super('insufficient_scope', {
      detail,
      headers: {
        'www-authenticate': `Bearer error="insufficient_scope"${required === undefined ? '' : `, scope="${required}"`}`,
      },
    })
    this.missing = missing
    this.userId = userId
  }
}

/** @throws {InsufficientScope} */
export function demandScopes({ scopes: held }: Pick<Subject, 'scopes'>, scopes: string[]): void {
  const missing = scopes.filter((scope) => !held.includes(scope))
  if (missing.length === 0) return
  const lacking = missing.length === 1 ? 'scope' : 'scopes'
  const detail = `The access token lacks the ${lacking} ${missing.join(' and ')}. Request a token with the ${lacking}.`
  throw new InsufficientScope(detail, { missing, required: scopes.join(' ') })
}

/** The route requires a user and the caller is a client, or the other way round. */
export function wrongSubject(expected: 'user' | 'client') {
  const actual = expected === 'user' ? 'client' : 'user'
  return new InsufficientScope(`This operation requires the access token of a ${expected}, not of a ${actual}.`)
}

/** The access token is invalid, or its session has ended (RFC 6750 3.1). */
export function invalidToken() {
  return new ApiError('invalid_token', { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
}
