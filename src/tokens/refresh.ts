import type { Audit, Origin } from '../audit/index.ts'
import { type Account, cutScopes, grantScopes, scopesOf } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import { networkOf } from '../lib/networks.ts'
import type { Writer } from '../store/index.ts'
import type { Grant, Grants } from './grants.ts'
import type { RefreshTokens } from './refresh-tokens.ts'
import type { Sessions } from './sessions.ts'

interface Dependencies {
  sessions: Sessions
  refreshTokens: RefreshTokens
  grants: Grants
  /** For how long a token that has been used answers with the same successor. */
  reuseSeconds: number
  /** Milliseconds since the epoch. */
  now: () => number
  audit: Audit
  /** Within the transaction in which the session ends. */
  warnOwner: (db: Writer, account: Account) => Promise<void>
}

type Refreshable = NonNullable<Awaited<ReturnType<Sessions['findRefreshable']>>>

/** `answered`: its answer was lost, or two asked at once. `ahead`: the database is older than the token. */
type Standing = 'current' | 'answered' | 'stolen' | 'ahead'

export type Refresh = ReturnType<typeof createRefresh>

/**
 * The refresh token grant (RFC 6749 6) with rotation (RFC 9700 4.14.2). A session has one row, whose
 * generation each refresh moves on by one compare-and-set; who loses looks again at what there is now.
 */
export function createRefresh({ sessions, refreshTokens, grants, reuseSeconds, now, audit, warnOwner }: Dependencies) {
  function standingOf(generation: number, session: Refreshable): Standing {
    if (generation === session.generation) return 'current'
    if (generation > session.generation) return 'ahead'
    const isLast = generation === session.generation - 1
    return isLast && now() - session.rotatedAt <= reuseSeconds * 1000 ? 'answered' : 'stolen'
  }

  /** @returns what the access token may carry: what was asked for, of what the session was granted and the user still holds */
  function scopeFor({ account, scope }: Refreshable, asked: string): string {
    const held = cutScopes(scopesOf(scope), account.scopes)
    const wanted = scopesOf(asked)
    return (wanted.length === 0 ? held : grantScopes(held, wanted)).join(' ')
  }

  return {
    /**
     * @param scope narrows this access token, never the session; separated by spaces
     * @throws {ApiError} 400 `invalid_grant`; 400 `invalid_scope`, and nothing has changed
     */
    async withToken(token: string, scope: string, origin: Origin): Promise<Grant> {
      const presented = refreshTokens.read(token)
      if (presented === undefined) throw invalidGrant()
      const { id, generation } = presented

      for (;;) {
        const session = await sessions.findRefreshable(id)
        if (session === undefined || !presented.isOf(session.nonce)) throw invalidGrant()
        const { account, nonce, begunAt, address } = session

        const standing = standingOf(generation, session)
        if (standing === 'stolen') {
          await sessions.end(id, async (db) => {
            await audit.record(db, {
              event: 'refresh_token_reused',
              outcome: 'failure',
              userId: account.id,
              origin,
              details: { session_id: id },
            })
            await warnOwner(db, account)
          })
          throw invalidGrant()
        }
        const granted = scopeFor(session, scope)
        if (standing === 'answered') {
          if (isElsewhere(address, origin.address)) {
            await audit.reportRateLimited({
              event: 'refresh_from_another_network',
              userId: account.id,
              origin,
              details: { session_id: id },
            })
          }
          return grants.issue(
            account,
            { id, nonce, generation: session.generation, expiresAt: session.expiresAt },
            granted,
          )
        }
        // Or it would be used up for nothing, and count as stolen when it is tried again.
        await grants.demandKey()
        const to = generation + 1
        const expiresAt = await sessions.advance(id, { from: session.generation, to, begunAt, address: origin.address })
        if (expiresAt !== undefined) return grants.issue(account, { id, nonce, generation: to, expiresAt }, granted)
      }
    },
  }
}

/** Behind a socket of the file system there are no addresses. */
function isElsewhere(one: string | null, other: string | null) {
  return one !== null && other !== null && networkOf(one) !== networkOf(other)
}

function invalidGrant() {
  return new ApiError('invalid_grant', {
    detail: 'The refresh token is not valid, or its session is over. Please sign in again.',
  })
}
