import type { Audit, Origin } from '../audit/index.ts'
import type { Client } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { RefreshTokens } from './refresh-tokens.ts'
import type { Sessions } from './sessions.ts'

interface Dependencies {
  accessTokens: AccessTokens
  refreshTokens: RefreshTokens
  sessions: Sessions
  audit: Audit
}

interface SessionOf {
  id: string
  userId: string
}

type PresentedRefreshToken = NonNullable<ReturnType<RefreshTokens['read']>>

export type Revocation = ReturnType<typeof createRevocation>

/** Signs out (RFC 7009): whichever token of a session is shown, the session ends with all its tokens. */
export function createRevocation({ accessTokens, refreshTokens, sessions, audit }: Dependencies) {
  /** Any that was made for the session, used or not. A `sid` alone is no secret and proves nothing. */
  async function sessionOfRefreshToken({ id, isOf }: PresentedRefreshToken): Promise<SessionOf | undefined> {
    const row = await sessions.findNonce(id)
    return row !== undefined && isOf(row.nonce) ? { id, userId: row.user_id } : undefined
  }

  /** One that has expired signs out as well: its session may live. */
  async function sessionOfAccessToken(token: string, client: Client | undefined): Promise<SessionOf | undefined> {
    const verified = await accessTokens.read(token)
    if (verified === undefined) return undefined
    if (verified.sessionId !== undefined) return { id: verified.sessionId, userId: verified.subject }
    if (client?.id !== verified.clientId) throw ofAnother()
    if ((await accessTokens.verify(token)) === undefined) return undefined
    throw new ApiError('unsupported_token_type')
  }

  return {
    /**
     * Does nothing for a token that is not known, or over already (RFC 7009 2.2).
     * @param client who asks; undefined for the operator's own app
     * @throws {ApiError} 400 `invalid_grant` for the token of another client, `unsupported_token_type` for
     * one of the client's own, which have no session: they end with the client, or by themselves
     */
    async revoke(token: string, client: Client | undefined, origin: Origin): Promise<void> {
      const presented = refreshTokens.read(token)
      const session =
        presented === undefined ? await sessionOfAccessToken(token, client) : await sessionOfRefreshToken(presented)
      if (session === undefined) return
      if (client !== undefined) throw ofAnother()
      const { id, userId } = session
      await sessions.end(id, (db) =>
        audit.record(db, { event: 'signed_out', userId, origin, details: { session_id: id } }),
      )
    },
  }
}

function ofAnother() {
  return new ApiError('invalid_grant', { detail: 'The token was issued to another client.' })
}
