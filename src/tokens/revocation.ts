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

export type Revocation = ReturnType<typeof createRevocation>

/** Signs out (RFC 7009): whichever token of a session is shown, the session ends with all its tokens. */
export function createRevocation ({ accessTokens, refreshTokens, sessions }: Dependencies) {
  /** Any that was made for the session, used or not. A `sid` alone is no secret and proves nothing. */
  async function sessionOfRefreshToken (token: string): Promise<string | undefined> {
    const presented = refreshTokens.read(token)
    if (presented === undefined) return undefined
    const nonce = await sessions.nonceOf(presented.id)
    return nonce !== undefined && presented.isOf(nonce) ? presented.id : undefined
  }

  return {
    /**
     * Does nothing for a token that is not known, or over already (RFC 7009 2.2).
     * @param client who asks; undefined for the operator's own app
     * @throws {Refusal} 400 `invalid_grant` for the token of another client, `unsupported_token_type` for
     * one of the client's own, which have no session: they end with the client, or by themselves
     */
    async revoke (token: string, client: Client | undefined) {
      // One that has expired signs out as well: its session may live.
      const accessToken = await accessTokens.read(token)
      if (accessToken !== undefined && accessToken.sessionId === undefined) {
        if (client?.id !== accessToken.clientId) throw ofAnother()
        if (await accessTokens.verify(token) === undefined) return
        throw new Refusal(400, 'unsupported_token_type', 'A token that a client got for itself cannot be revoked; it ends by itself, or with the client.')
      }
      const sessionId = accessToken?.sessionId ?? await sessionOfRefreshToken(token)
      if (sessionId === undefined) return
      if (client !== undefined) throw ofAnother()
      await sessions.end(sessionId)
    },
  }
}

function ofAnother () {
  return new Refusal(400, 'invalid_grant', 'The token was issued to another client.')
}
