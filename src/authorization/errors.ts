import { ApiError, errorCatalogue, type ErrorCode } from '../errors/index.ts'
import type { Principal, Subject } from './principal.ts'

/** 403 `insufficient_scope` (RFC 6750 3.1) or `second_factor_required`. The route's guard records it. */
export class InsufficientScope extends ApiError {
  /** The scopes that the caller lacks. */
  readonly missing: string[]
  /** The user whom the caller tried to act on. */
  readonly userId: string | undefined

  /** @param required the scopes that the route requires, separated by spaces */
  constructor(
    detail: string,
    {
      code = 'insufficient_scope',
      missing = [],
      required,
      userId,
    }: { code?: ErrorCode; missing?: string[]; required?: string; userId?: string | undefined } = {},
  ) {
    super(code, {
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
export function demandScopes(subject: Subject | Pick<Subject, 'scopes'>, scopes: string[]): void {
  const missing = scopes.filter((scope) => !subject.scopes.includes(scope))
  if (missing.length === 0) return
  if (lacksRequiredSecondFactor(subject) && missing.some((scope) => subject.account.scopes.includes(scope))) {
    throw missingSecondFactor(subject, missing)
  }
  const lacking = missing.length === 1 ? 'scope' : 'scopes'
  const detail = `The access token lacks the ${lacking} ${missing.join(' and ')}. Request a token with the ${lacking}.`
  throw new InsufficientScope(detail, { missing, required: scopes.join(' ') })
}

/**
 * Demands the second factor that an account must have, for routes that adding one does not need.
 * @throws {InsufficientScope}
 */
export function demandRequiredSecondFactor(subject: Subject): void {
  if (lacksRequiredSecondFactor(subject)) throw missingSecondFactor(subject)
}

function lacksRequiredSecondFactor(subject: Subject | Pick<Subject, 'scopes'>): subject is Principal {
  return 'needsSecondFactor' in subject && subject.needsSecondFactor
}

/** 403: a route requires a second factor, which the account or the session lacks. */
export function missingSecondFactor({ hasSecondFactor }: Principal, missing: string[] = []) {
  const detail = hasSecondFactor
    ? 'This account needs a second factor. Confirm it with POST /users/me/reauthenticate.'
    : errorCatalogue.second_factor_required.detail
  return new InsufficientScope(detail, { code: 'second_factor_required', missing })
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
