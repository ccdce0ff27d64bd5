import {
  type Account,
  type AuthenticationContext,
  type ConfidentialClient,
  cutToOwnAccount,
  grantScopes,
  lacksSecondFactor,
  ownScope,
  scopesOf,
  type SecondFactorPolicy,
} from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
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

/** The user whose tokens are issued. */
export interface TokenUser extends Pick<Account, 'id' | 'username' | 'scopes'> {
  hasSecondFactor: boolean
}

interface Dependencies {
  accessTokens: AccessTokens
  refreshTokens: RefreshTokens
  secondFactorPolicy: SecondFactorPolicy
}

export type TokenIssuer = ReturnType<typeof createTokenIssuer>

/** Signs the tokens of a session or a client. */
export function createTokenIssuer({ accessTokens, refreshTokens, secondFactorPolicy }: Dependencies) {
  /**
   * The scopes of a session that its tokens get: only `account` without a second factor that the account must have.
   * @param granted the scopes of the session, separated by spaces
   * @throws {ApiError} 400 `second_factor_required` if none is left
   */
  function scopeFor(
    { scopes: accountScopes, hasSecondFactor }: TokenUser,
    { methods }: Pick<AuthenticationContext, 'methods'>,
    granted: string,
  ): string {
    if (!lacksSecondFactor(secondFactorPolicy, { accountScopes, hasSecondFactor, methods })) return granted
    const scope = cutToOwnAccount(scopesOf(granted)).join(' ')
    if (scope === '') throw secondFactorRequired()
    return scope
  }

  return {
    assertCanSign: accessTokens.assertCanSign,

    scopeFor,

    /** Issues the access token and the refresh token of a session. */
    async issue(user: TokenUser, session: Session, granted: string): Promise<IssuedTokens> {
      const scope = scopeFor(user, session, granted)
      const { token: accessToken, expiresIn } = await accessTokens.issue(user, session, scope)
      return { accessToken, expiresIn, scope, refreshToken: refreshTokens.issue(session) }
    },

    /** Issues another access token of a session, without changing the session. */
    async issueAccessToken(
      user: TokenUser,
      session: Parameters<AccessTokens['issue']>[1],
      granted: string,
    ): Promise<IssuedTokens> {
      const scope = scopeFor(user, session, granted)
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

/** Clients know the error as `invalid_scope`. */
function secondFactorRequired() {
  return new ApiError('second_factor_required', {
    status: 400,
    detail: `This account needs a second factor. Request the scope ${ownScope}, which is enough to add one.`,
  })
}
