import { type Account, type Client, grantScopes, ownScope, scopesOf } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { RefreshTokens } from './refresh-tokens.ts'
import type { Session } from './sessions.ts'

/** What a successful token request is answered with (RFC 6749 5.1). */
export interface Grant {
  accessToken: string
  /** Seconds. */
  expiresIn: number
  /** What was granted, separated by spaces. */
  scope: string
  /** None for a client's own tokens (RFC 6749 4.4.3). */
  refreshToken?: string
  /** By which the device is known at the next sign-in. */
  deviceToken?: string
}

export type Grants = ReturnType<typeof createGrants>

/** Signs what has been granted. */
export function createGrants({
  accessTokens,
  refreshTokens,
}: {
  accessTokens: AccessTokens
  refreshTokens: RefreshTokens
}) {
  return {
    demandKey: accessTokens.demandKey,

    /** Both tokens of a session. */
    async issue(user: Pick<Account, 'id' | 'username'>, session: Session, scope: string): Promise<Grant> {
      const { token: accessToken, expiresIn } = await accessTokens.issue(user, session, scope)
      return { accessToken, expiresIn, scope, refreshToken: refreshTokens.issue(session) }
    },

    /**
     * A token for a client itself (RFC 6749 4.4).
     * @param asked separated by spaces
     * @throws {ApiError} 400 `unauthorized_client`, `invalid_scope`
     */
    async issueToClient(client: Client, asked: string): Promise<Grant> {
      if (!client.client_credentials) {
        throw new ApiError('unauthorized_client', { detail: 'The client may not use this grant.' })
      }
      const scope = grantScopes(
        client.scopes.filter((scope) => scope !== ownScope),
        scopesOf(asked),
      ).join(' ')
      const { token: accessToken, expiresIn } = await accessTokens.issueToClient(client.id, scope)
      return { accessToken, expiresIn, scope }
    },
  }
}
