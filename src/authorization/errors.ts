import { ApiError } from '../errors/index.ts'
import type { Subject } from './principal.ts'

/** 403 `insufficient_scope` (RFC 6750 3.1). It is kept in the audit log by the guard of the route. */
export class InsufficientScope extends ApiError {
  /** What was lacking. */
  readonly missing: string[]
  /** Whose account was to be acted on. */
  readonly userId: string | undefined

  /** @param asked what the route needs, separated by spaces */
  constructor(
    detail: string,
    { missing = [], asked, userId }: { missing?: string[]; asked?: string; userId?: string | undefined } = {},
  ) {
    super('insufficient_scope', {
      detail,
      headers: {
        'www-authenticate': `Bearer error="insufficient_scope"${asked === undefined ? '' : `, scope="${asked}"`}`,
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
  const asked = scopes.join(' ')
  throw new InsufficientScope(`The access token lacks the scope ${asked}.`, { missing, asked })
}

/** A user where a client is asked for, or the other way round. */
export function wrongSubject(asked: 'user' | 'client') {
  return new InsufficientScope(`This is for a ${asked}, and the access token is not one of a ${asked}.`)
}

/** A token that is none, or nobody's any more (RFC 6750 3.1). */
export function invalidToken() {
  return new ApiError('invalid_token', { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
}
