import { Refusal } from '../errors.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { Client } from './principal.ts'
import type { RefreshTokens } from './refresh-tokens.ts'
import type { Sessions } from './sessions.ts'

interface Dependencies {
  accessTokens: AccessTokens
  refreshTokens: RefreshTokens
  sessions: Sessions
}

type PresentedRefreshToken = NonNullable<ReturnType<RefreshTokens['read']>>

export type Revocation = ReturnType<typeof createRevocation>

/** Signs out (RFC 7009): whichever token of a session is shown, the session ends with all its tokens. */
export function createRevocation ({ accessTokens, refreshTokens, sessions }: Dependencies) {
  /** Any that was made for the session, used or not. A `sid` alone is no secret and proves nothing. */
  async function sessionOfRefreshToken ({ id, isOf }: PresentedRefreshToken): Promise<string | undefined> {
    const nonce = await sessions.nonceOf(id)
    return nonce !== undefined && isOf(nonce) ? id : undefined
  }

  /** One that has expired signs out as well: its session may live. */
  async function sessionOfAccessToken (token: string, client: Client | undefined): Promise<string | undefined> {
    const verified = await accessTokens.read(token)
    if (verified === undefined || verified.sessionId !== undefined) return verified?.sessionId
    if (client?.id !== verified.clientId) throw ofAnother()
    if (await accessTokens.verify(token) === undefined) return undefined
    throw new Refusal(400, 'unsupported_token_type', 'A token that a client got for itself cannot be revoked; it ends by itself, or with the client.')
  }

  return {
    /**
     * Does nothing for a token that is not known, or over already (RFC 7009 2.2).
     * @param client who asks; undefined for the operator's own app
     * @throws {Refusal} 400 `invalid_grant` for the token of another client, `unsupported_token_type` for
     * one of the client's own, which have no session: they end with the client, or by themselves
     */
    async revoke (token: string, client: Client | undefined) {
      const presented = refreshTokens.read(token)
      const sessionId = presented === undefined ? await sessionOfAccessToken(token, client) : await sessionOfRefreshToken(presented)
      if (sessionId === undefined) return
      if (client !== undefined) throw ofAnother()
      await sessions.end(sessionId)
    },
  }
}

function ofAnother () {
  return new Refusal(400, 'invalid_grant', 'The token was issued to another client.')
}
