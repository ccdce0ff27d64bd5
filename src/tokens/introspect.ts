import type { Origin } from '../audit/index.ts'
import { contextClaimsOf, isClient } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { AccessTokens, VerifiedToken } from './access-tokens.ts'
import { type ClientForm, invalidClient } from './client-authentication.ts'
import type { Clients } from './clients.ts'
import type { FindSubject } from './find-subject.ts'
import type { ActiveSession, Sessions } from './sessions.ts'

/** An access token of a user, not of a client. */
type UserToken = VerifiedToken & { sessionId: string }

interface Dependencies {
  accessTokens: AccessTokens
  clients: Clients
  sessions: Sessions
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
export function createIntrospect({ accessTokens, clients, sessions, findSubject, issuer }: Dependencies) {
  /**
   * @param authorization the `Authorization` header of the client's request
   * @throws {ApiError} 401 `invalid_client` without client credentials; 400 `unauthorized_client` for a client that is
   * not registered for introspection
   */
  return async function introspect(
    { token, ...form }: ClientForm & { token: string },
    authorization: string | undefined,
    origin: Origin,
  ): Promise<ActiveToken | { active: false }> {
    const verified = await accessTokens.verify(token)
    let session: ActiveSession | undefined
    // One query finds both the client and the session of the token.
    async function findWithSession(clientId: string, { subject, sessionId }: UserToken) {
      const found = await sessions.findWithClient(clientId, sessionId, subject)
      session = found?.session
      return found?.client
    }
    const findClient =
      verified !== undefined && hasSession(verified) ? (id: string) => findWithSession(id, verified) : undefined
    const client = await clients.authenticate(authorization, form, origin, findClient)
    if (client.type === 'public') {
      throw invalidClient({ detail: 'Introspection requires the client_id and client_secret of a registered client.' })
    }
    if (!client.introspection) {
      throw new ApiError('unauthorized_client', { detail: 'The client is not registered for introspection.' })
    }
    const subject = verified === undefined ? undefined : await findSubject(verified, async () => session)
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

function hasSession(token: VerifiedToken): token is UserToken {
  return token.sessionId !== undefined
}
