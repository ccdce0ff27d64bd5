import { type Client, contextClaimsOf, isClient } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { AccessTokens } from './access-tokens.ts'
import { invalidClient } from './client-authentication.ts'
import type { FindSubject } from './find-subject.ts'

interface Dependencies {
  accessTokens: AccessTokens
  findSubject: FindSubject
  issuer: string
}

/** The response for an active token (RFC 7662 2.2). Times are seconds since the epoch. */
export interface ActiveToken {
  active: true
  scope: string
  client_id: string
  /** Undefined for a client's own token, and for a user without a username. */
  username?: string
  token_type: 'bearer'
  exp: number
  iat: number
  sub: string
  aud: string[]
  iss: string
  jti: string
  /** Undefined for a client's own token, like the fields below. */
  sid?: string
  auth_time?: number
  amr?: string[]
  acr?: string
}

/**
 * Tells a resource server whether an access token is active (RFC 7662). Refresh tokens are reported as inactive, since
 * the resource server could otherwise accept one as an access token.
 */
export function createIntrospect({ accessTokens, findSubject, issuer }: Dependencies) {
  /**
   * @throws {ApiError} 401 `invalid_client` without client credentials; 400 `unauthorized_client` for a client that is
   * not registered for introspection
   */
  return async function introspect(token: string, client: Client): Promise<ActiveToken | { active: false }> {
    if (client.type === 'public') {
      throw invalidClient({ detail: 'Introspection requires the client_id and client_secret of a registered client.' })
    }
    if (!client.introspection) {
      throw new ApiError('unauthorized_client', { detail: 'The client is not registered for introspection.' })
    }
    const verified = await accessTokens.verify(token)
    const subject = verified === undefined ? undefined : await findSubject(verified)
    if (verified === undefined || subject === undefined) return { active: false }

    const { subject: sub, clientId, exp, iat, jti, audience: aud, sessionId } = verified
    return {
      active: true,
      scope: subject.scopes.join(' '),
      client_id: clientId,
      ...(isClient(subject) || subject.account.username === null ? {} : { username: subject.account.username }),
      token_type: 'bearer',
      exp,
      iat,
      sub,
      aud,
      iss: issuer,
      jti,
      ...(sessionId === undefined ? {} : { sid: sessionId }),
      // A user who has authenticated again has the same session, so the session is more recent than the token.
      ...(isClient(subject) ? {} : contextClaimsOf(subject.session)),
    }
  }
}
