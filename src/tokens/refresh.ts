import type { Audit, Origin } from '../audit/index.ts'
import { cutScopes, grantScopes, scopesOf } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import { networkOf } from '../lib/networks.ts'
import { dayMs } from '../lib/time.ts'
import type { Notices } from '../mail/index.ts'
import type { Store } from '../store/index.ts'
import type { DeviceTokens } from './device-tokens.ts'
import type { RefreshTokens } from './refresh-tokens.ts'
import type { Sessions } from './sessions.ts'
import type { IssuedTokens, TokenIssuer } from './token-issuer.ts'

interface Dependencies {
  store: Store
  sessions: Sessions
  refreshTokens: RefreshTokens
  deviceTokens: DeviceTokens
  tokenIssuer: TokenIssuer
  /** How long after its use a token still returns the same successor; 0 disables this. */
  reuseSeconds: number
  /** Milliseconds since the epoch. */
  now: () => number
  audit: Audit
  notices: Notices
}

type RefreshableSession = NonNullable<Awaited<ReturnType<Sessions['findRefreshable']>>>

/**
 * `retried`: a response was lost or two requests raced, within `reuseSeconds`. `late`: the same, but longer ago, with
 * evidence that the caller is the owner. `ahead`: the database was restored and is older than the token.
 */
type TokenState = 'current' | 'retried' | 'late' | 'stolen' | 'ahead'

/** Evidence that a late refresh comes from the owner of the session. */
type LateEvidence = 'device' | 'network'

const minuteMs = 60_000

/** How long after a rotation a late refresh is accepted, by evidence. */
const maxLateMs: Record<LateEvidence, number> = { device: dayMs, network: 10 * minuteMs }

/** Per session. Without this limit, its owner and a thief could take turns indefinitely. */
const maxLateRefreshesPerDay = 3

/** A refresh token, and evidence that its owner presents it. */
export interface RefreshRequest {
  refreshToken: string
  /** The device token from the session's sign-in. */
  deviceToken?: string | undefined
  /** The scopes of the new access token, separated by spaces. The session keeps all of its scopes. */
  scope: string
}

/**
 * The refresh token grant (RFC 6749 6) with rotation (RFC 9700 4.14.2). A session has one row. Each refresh advances
 * its generation with one compare-and-set; a request that loses the race reads the row again.
 */
export function createRefresh({
  store,
  sessions,
  refreshTokens,
  deviceTokens,
  tokenIssuer,
  reuseSeconds,
  now,
  audit,
  notices,
}: Dependencies) {
  function evidenceOf(session: RefreshableSession, deviceToken: string | undefined, origin: Origin) {
    const elapsed = now() - session.rotatedAt
    const hasDevice =
      deviceToken !== undefined &&
      session.deviceId !== null &&
      deviceTokens.deviceOf(deviceToken, session.account.id)?.id === session.deviceId
    const hasNetwork = !origin.isShared && isSameNetwork(session.address, origin.address)
    if (hasDevice && elapsed <= maxLateMs.device) return 'device'
    return hasNetwork && elapsed <= maxLateMs.network ? 'network' : undefined
  }

  function stateOf(generation: number, session: RefreshableSession, evidence: LateEvidence | undefined): TokenState {
    if (generation === session.generation) return 'current'
    if (generation > session.generation) return 'ahead'
    if (generation < session.generation - 1) return 'stolen'
    if (now() - session.rotatedAt <= reuseSeconds * 1000) return 'retried'
    if (reuseSeconds === 0) return 'stolen'
    return evidence !== undefined && recentLateRefreshes(session).length < maxLateRefreshesPerDay ? 'late' : 'stolen'
  }

  function recentLateRefreshes({ lateRefreshes }: RefreshableSession): number[] {
    const times: number[] = JSON.parse(lateRefreshes ?? '[]')
    return times.filter((time) => now() - time < dayMs)
  }

  /** @returns false when the session has ended or has been refreshed meanwhile */
  async function countLateRefresh(
    id: string,
    session: RefreshableSession,
    evidence: LateEvidence | undefined,
    origin: Origin,
  ) {
    return store.write(async (db) => {
      const times = [...recentLateRefreshes(session), now()]
      if (!(await sessions.addLateRefresh(db, id, session, times))) return false
      await audit.record(db, {
        event: 'refresh_retried_late',
        userId: session.account.id,
        origin,
        details: { session_id: id, evidence: evidence ?? null, retries: times.length },
      })
      return true
    })
  }

  /** The requested scopes, which the session must have been granted and the user must still hold. */
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
      await notices.notify(db, account, 'session_ended', {})
    })
  }

  /**
   * Exchanges a refresh token for new tokens.
   * @throws {ApiError} 400 `invalid_grant`; 400 `invalid_scope`, `second_factor_required`, which leave the session
   * unchanged
   */
  return async function refresh(
    { refreshToken, deviceToken, scope }: RefreshRequest,
    origin: Origin,
  ): Promise<IssuedTokens> {
    const presented = refreshTokens.read(refreshToken)
    if (presented === undefined) throw invalidGrant()
    const { id, generation } = presented

    for (;;) {
      const session = await sessions.findRefreshable(id)
      if (session === undefined || !presented.isOf(session.nonce)) throw invalidGrant()
      const { account, nonce, startedAt, address, authenticatedAt, methods, hasSecondFactor } = session
      const user = { ...account, hasSecondFactor }

      const evidence = evidenceOf(session, deviceToken, origin)
      const state = stateOf(generation, session, evidence)
      if (state === 'stolen') {
        await endStolenSession(id, session, origin)
        throw invalidGrant()
      }
      const granted = tokenIssuer.scopeFor(user, session, grantedScope(session, scope))
      // Without a signing key, the rotation would consume the token, and its next use would look like theft.
      await tokenIssuer.assertCanSign()
      if (state === 'retried' || state === 'late') {
        if (state === 'late' && !(await countLateRefresh(id, session, evidence, origin))) continue
        if (state === 'retried' && isOtherNetwork(address, origin.address)) {
          await audit.reportRateLimited({
            event: 'refresh_from_another_network',
            userId: account.id,
            origin,
            details: { session_id: id },
          })
        }
        const { generation, expiresAt } = session
        return tokenIssuer.issue(user, { id, nonce, generation, expiresAt, authenticatedAt, methods }, granted)
      }
      const next = generation + 1
      const expiresAt = await sessions.advance(id, {
        from: session.generation,
        to: next,
        startedAt,
        address: origin.address,
      })
      if (expiresAt !== undefined) {
        const refreshed = { id, nonce, generation: next, expiresAt, authenticatedAt, methods }
        return tokenIssuer.issue(user, refreshed, granted)
      }
    }
  }
}

function isSameNetwork(one: string | null, other: string | null) {
  return one !== null && other !== null && networkOf(one) === networkOf(other)
}

/** Requests over a Unix socket have no IP address. */
function isOtherNetwork(one: string | null, other: string | null) {
  return one !== null && other !== null && networkOf(one) !== networkOf(other)
}

function invalidGrant() {
  return new ApiError('invalid_grant', {
    detail: 'The refresh token is invalid or its session has ended. Sign in again.',
  })
}
