import { type Account, type ConfidentialClient, grantScopes, ownScope, scopesOf } from '../authorization/index.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { RefreshTokens } from './refresh-tokens.ts'
import type { Session } from './sessions.ts'

/** The content of a successful token response (RFC 6749 5.1). */
export interface IssuedTokens {
  accessToken: string
  /** The lifetime of the access token in seconds. */
  expiresIn: number
  /** The granted scopes, separated by spaces. */
  scope: string
  /** Undefined for a client's own token (RFC 6749 4.4.3). */
  refreshToken?: string
  /** The device presents it at its next sign-in. */
  deviceToken?: string
}

export type TokenIssuer = ReturnType<typeof createTokenIssuer>

/** Signs the tokens of a session or a client. */
export function createTokenIssuer({
  accessTokens,
  refreshTokens,
}: {
  accessTokens: AccessTokens
  refreshTokens: RefreshTokens
}) {
  return {
    assertCanSign: accessTokens.assertCanSign,

    /** Issues the access token and the refresh token of a session. */
    async issue(user: Pick<Account, 'id' | 'username'>, session: Session, scope: string): Promise<IssuedTokens> {
      const { token: accessToken, expiresIn } = await accessTokens.issue(user, session, scope)
      return { accessToken, expiresIn, scope, refreshToken: refreshTokens.issue(session) }
    },

    /** Issues another access token of a session, without changing the session. */
    async issueAccessToken(
      user: Pick<Account, 'id' | 'username'>,
      session: Parameters<AccessTokens['issue']>[1],
      scope: string,
    ): Promise<IssuedTokens> {
      const { token: accessToken, expiresIn } = await accessTokens.issue(user, session, scope)
      return { accessToken, expiresIn, scope }
    },

    /**
     * Issues an access token for the client itself (RFC 6749 4.4).
     * @param requested the requested scopes, separated by spaces
     * @throws {ApiError} 400 `invalid_scope`
     */
    async issueToClient(client: ConfidentialClient, requested: string): Promise<IssuedTokens> {
      const scope = grantScopes(
        client.scopes.filter((scope) => scope !== ownScope),
        scopesOf(requested),
      ).join(' ')
      const { token: accessToken, expiresIn } = await accessTokens.issueToClient(client.id, scope)
      return { accessToken, expiresIn, scope }
    },
  }
}
