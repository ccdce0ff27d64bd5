import { Refusal } from '../errors.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { Principal } from './principal.ts'
import { cutScopes } from './scopes.ts'
import type { Sessions } from './sessions.ts'

export type Authentication = ReturnType<typeof createAuthentication>

/** Tells who makes a request by its access token (RFC 6750). */
export function createAuthentication ({ accessTokens, sessions }: { accessTokens: AccessTokens, sessions: Sessions }) {
  return {
    /**
     * @param authorization the request's header
     * @throws {Refusal} 401, the same one for whatever is wrong with a token
     */
    async authenticate (authorization: string | undefined): Promise<Principal> {
      const token = bearerOf(authorization)
      if (token === undefined) throw notAuthenticated()

      const verified = accessTokens.verify(token)
      if (verified === undefined) throw invalidToken()

      const account = await sessions.find(verified.sessionId, verified.userId)
      if (account === undefined) throw invalidToken()
      return { account, session: { id: verified.sessionId }, scopes: cutScopes(verified.scopes, account.scopes) }
    },
  }
}

/** @throws {Refusal} 403 `insufficient_scope` (RFC 6750 3.1) */
export function demandScopes (principal: Principal, scopes: string[]): void {
  if (scopes.every((scope) => principal.scopes.includes(scope))) return
  const scope = scopes.join(' ')
  throw new Refusal(403, 'insufficient_scope', `The access token lacks the scope ${scope}.`, {
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  })
}

/** The token of `Authorization: Bearer …` (RFC 6750 2.1); the scheme in any case (RFC 9110 11.1). */
function bearerOf (authorization: string | undefined): string | undefined {
  return authorization !== undefined && /^bearer /i.test(authorization) ? authorization.slice('bearer '.length).trim() : undefined
}

function notAuthenticated () {
  return new Refusal(401, 'not_authenticated', 'Not authenticated', { headers: { 'www-authenticate': 'Bearer' } })
}

function invalidToken () {
  return new Refusal(401, 'invalid_token', 'Could not validate credentials', {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })
}
