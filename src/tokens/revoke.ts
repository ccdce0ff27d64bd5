import type { Audit, Origin } from '../audit/index.ts'
import type { Client } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { Store } from '../store/index.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { RefreshTokens } from './refresh-tokens.ts'
import type { Sessions } from './sessions.ts'

interface Dependencies {
  store: Store
  accessTokens: AccessTokens
  refreshTokens: RefreshTokens
  sessions: Sessions
  audit: Audit
}

interface SessionReference {
  id: string
  userId: string
}

type PresentedRefreshToken = NonNullable<ReturnType<RefreshTokens['read']>>

/** Signs out (RFC 7009): either token of a session ends the session and all its tokens. */
export function createRevoke({ store, accessTokens, refreshTokens, sessions, audit }: Dependencies) {
  /** Accepts any refresh token of the session, used or unused. The session's id alone is public and proves nothing. */
  async function sessionOfRefreshToken({ id, isOf }: PresentedRefreshToken): Promise<SessionReference | undefined> {
    const row = await sessions.findNonce(id)
    return row !== undefined && isOf(row.nonce) ? { id, userId: row.user_id } : undefined
  }

  /** Accepts an expired access token as well, since its session may still be active. */
  async function sessionOfAccessToken(token: string, client: Client): Promise<SessionReference | undefined> {
    const verified = await accessTokens.read(token)
    if (verified === undefined) return undefined
    if (verified.sessionId !== undefined) return { id: verified.sessionId, userId: verified.subject }
    if (client.id !== verified.clientId) throw issuedToAnotherClient()
    if ((await accessTokens.verify(token)) === undefined) return undefined
    throw new ApiError('unsupported_token_type')
  }

  /**
   * Ignores a token that is unknown, expired or revoked (RFC 7009 2.2).
   * @param client the client that sent the request
   * @throws {ApiError} 400 `invalid_grant` for a token of another client, `unsupported_token_type` for a client's own
   * token, which has no session to end
   */
  return async function revoke(token: string, client: Client, origin: Origin): Promise<void> {
    const presented = refreshTokens.read(token)
    const session =
      presented === undefined ? await sessionOfAccessToken(token, client) : await sessionOfRefreshToken(presented)
    if (session === undefined) return
    // All sessions belong to the first-party client.
    if (client.type === 'confidential') throw issuedToAnotherClient()
    const { id, userId } = session
    await store.write(async (db) => {
      if (!(await sessions.end(db, id))) return
      await audit.record(db, { event: 'signed_out', userId, origin, details: { session_id: id } })
    })
  }
}

function issuedToAnotherClient() {
  return new ApiError('invalid_grant', { detail: 'The token was issued to another client.' })
}
