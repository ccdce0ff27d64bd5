import type { Audit, Origin } from '../audit/index.ts'
import { cutScopes, grantScopes, scopesOf } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import { networkOf } from '../lib/networks.ts'
import { type Notices, sessionStolen } from '../mail/index.ts'
import type { Store } from '../store/index.ts'
import type { RefreshTokens } from './refresh-tokens.ts'
import type { Sessions } from './sessions.ts'
import type { IssuedTokens, TokenIssuer } from './token-issuer.ts'

interface Dependencies {
  store: Store
  sessions: Sessions
  refreshTokens: RefreshTokens
  tokenIssuer: TokenIssuer
  /** For how long a token that has been used is answered with the same successor. */
  reuseSeconds: number
  /** Milliseconds since the epoch. */
  now: () => number
  audit: Audit
  notices: Notices
}

type RefreshableSession = NonNullable<Awaited<ReturnType<Sessions['findRefreshable']>>>

/** `retried`: the response was lost, or two requests raced. `ahead`: the database is older than the token. */
type TokenState = 'current' | 'retried' | 'stolen' | 'ahead'

/**
 * The refresh token grant (RFC 6749 6) with rotation (RFC 9700 4.14.2). A session has one row, whose generation each
 * refresh advances by one compare-and-set; the loser reads the row again.
 */
export function createRefresh({
  store,
  sessions,
  refreshTokens,
  tokenIssuer,
  reuseSeconds,
  now,
  audit,
  notices,
}: Dependencies) {
  function stateOf(generation: number, session: RefreshableSession): TokenState {
    if (generation === session.generation) return 'current'
    if (generation > session.generation) return 'ahead'
    const isPrevious = generation === session.generation - 1
    return isPrevious && now() - session.rotatedAt <= reuseSeconds * 1000 ? 'retried' : 'stolen'
  }

  /** The requested part of what the session was granted and the user still holds. */
  function grantedScope({ account, scope }: RefreshableSession, requested: string): string {
    const held = cutScopes(scopesOf(scope), account.scopes)
    const wanted = scopesOf(requested)
    return (wanted.length === 0 ? held : grantScopes(held, wanted)).join(' ')
  }

  async function endStolenSession(id: string, { account }: RefreshableSession, origin: Origin) {
    await store.write(async (db) => {
      if (!(await sessions.end(db, id))) return
      await audit.record(db, {
        event: 'refresh_token_reused',
        outcome: 'failure',
        userId: account.id,
        origin,
        details: { session_id: id },
      })
      await notices.notify(db, account, 'session_ended', (about) => sessionStolen({ ...about, at: now() }))
    })
  }

  /**
   * Exchanges a refresh token for new tokens.
   * @param scope narrows this access token, never the session; separated by spaces
   * @throws {ApiError} 400 `invalid_grant`; 400 `invalid_scope`, and nothing has changed
   */
  return async function refresh(token: string, scope: string, origin: Origin): Promise<IssuedTokens> {
    const presented = refreshTokens.read(token)
    if (presented === undefined) throw invalidGrant()
    const { id, generation } = presented

    for (;;) {
      const session = await sessions.findRefreshable(id)
      if (session === undefined || !presented.isOf(session.nonce)) throw invalidGrant()
      const { account, nonce, startedAt, address } = session

      const state = stateOf(generation, session)
      if (state === 'stolen') {
        await endStolenSession(id, session, origin)
        throw invalidGrant()
      }
      const granted = grantedScope(session, scope)
      if (state === 'retried') {
        if (isOtherNetwork(address, origin.address)) {
          await audit.reportRateLimited({
            event: 'refresh_from_another_network',
            userId: account.id,
            origin,
            details: { session_id: id },
          })
        }
        const { generation, expiresAt } = session
        return tokenIssuer.issue(account, { id, nonce, generation, expiresAt }, granted)
      }
      // Without a key the token would be used up for nothing, and count as stolen when it is presented again.
      await tokenIssuer.assertCanSign()
      const next = generation + 1
      const expiresAt = await sessions.advance(id, {
        from: session.generation,
        to: next,
        startedAt,
        address: origin.address,
      })
      if (expiresAt !== undefined) {
        return tokenIssuer.issue(account, { id, nonce, generation: next, expiresAt }, granted)
      }
    }
  }
}

/** A Unix socket has no addresses. */
function isOtherNetwork(one: string | null, other: string | null) {
  return one !== null && other !== null && networkOf(one) !== networkOf(other)
}

function invalidGrant() {
  return new ApiError('invalid_grant', {
    detail: 'The refresh token is not valid, or its session is over. Please sign in again.',
  })
}
