import { Refusal } from '../errors/errors.ts'
import type { AccessTokens } from '../tokens/access-tokens.ts'
import type { Subject } from './principal.ts'
import type { FindSubject } from '../tokens/find-subject.ts'

interface Dependencies {
  accessTokens: AccessTokens
  findSubject: FindSubject
}

export type Authentication = ReturnType<typeof createAuthentication>

/** Tells who makes a request by its access token (RFC 6750). */
export function createAuthentication({ accessTokens, findSubject }: Dependencies) {
  return {
    /**
     * @param authorization the request's header
     * @throws {Refusal} 401, the same one for whatever is wrong with a token
     */
    async authenticate(authorization: string | undefined): Promise<Subject> {
      const token = bearerOf(authorization)
      if (token === undefined) throw notAuthenticated()

      const verified = await accessTokens.verify(token)
      if (verified === undefined) throw invalidToken()

      const subject = await findSubject(verified)
      if (subject === undefined) throw invalidToken()
      return subject
    },
  }
}

/** 403 `insufficient_scope` (RFC 6750 3.1). It is kept in the audit log by the guard of the route. */
export class InsufficientScope extends Refusal {
  /** What was lacking. */
  readonly missing: string[]
  /** Whose account was to be acted on. */
  readonly userId: string | undefined

  /** @param asked what the route needs, separated by spaces */
  constructor(
    detail: string,
    { missing = [], asked, userId }: { missing?: string[]; asked?: string; userId?: string | undefined } = {},
  ) {
    super(403, 'insufficient_scope', detail, {
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

/** The token of `Authorization: Bearer …` (RFC 6750 2.1); the scheme in any case (RFC 9110 11.1). */
function bearerOf(authorization: string | undefined): string | undefined {
  return authorization !== undefined && /^bearer /i.test(authorization)
    ? authorization.slice('bearer '.length).trim()
    : undefined
}

function notAuthenticated() {
  return new Refusal(401, 'not_authenticated', 'Not authenticated', { headers: { 'www-authenticate': 'Bearer' } })
}

/** A token that is none, or nobody's any more (RFC 6750 3.1). */
export function invalidToken() {
  return new Refusal(401, 'invalid_token', 'Could not validate credentials', {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })
}
