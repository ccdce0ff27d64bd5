import { type Client, isClient } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { FindSubject } from './find-subject.ts'

interface Dependencies {
  accessTokens: AccessTokens
  findSubject: FindSubject
  issuer: string
}

/** RFC 7662 2.2; times are seconds since the epoch. */
export interface ActiveToken {
  active: true
  scope: string
  client_id: string
  /** None for a client's own token. */
  username?: string
  token_type: 'bearer'
  exp: number
  iat: number
  sub: string
  aud: string[]
  iss: string
  jti: string
  sid?: string
}

export type Introspection = ReturnType<typeof createIntrospection>

/**
 * Tells a resource server what an access token is worth just now (RFC 7662). A refresh token is
 * nothing to it: it would take it for an access token.
 */
export function createIntrospection({ accessTokens, findSubject, issuer }: Dependencies) {
  return {
    /** @throws {ApiError} 400 `unauthorized_client` for a client that may not ask */
    async introspect(token: string, client: Client): Promise<ActiveToken | { active: false }> {
      if (!client.introspection) {
        throw new ApiError('unauthorized_client', { detail: 'The client may not introspect tokens.' })
      }
      const verified = await accessTokens.verify(token)
      const subject = verified === undefined ? undefined : await findSubject(verified)
      if (verified === undefined || subject === undefined) return { active: false }

      const { subject: sub, clientId, exp, iat, jti, audience: aud, sessionId } = verified
      return {
        active: true,
        scope: subject.scopes.join(' '),
        client_id: clientId,
        ...(isClient(subject) ? {} : { username: subject.account.username }),
        token_type: 'bearer',
        exp,
        iat,
        sub,
        aud,
        iss: issuer,
        jti,
        ...(sessionId === undefined ? {} : { sid: sessionId }),
      }
    },
  }
}
