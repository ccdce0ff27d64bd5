import type { Audit, Origin } from '../audit/index.ts'
import { grantScopes, ownScope, scopesOf } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import { invalidOtp, type MfaToken, type UsedTokens } from '../factors/index.ts'
import type { Notices } from '../mail/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Attempts } from '../throttling/index.ts'
import type { DeviceTokens, IssuedTokens, TokenIssuer } from '../tokens/index.ts'
import { toAccount } from '../users/index.ts'
import type { RequireSecondFactor } from './require-second-factor.ts'
import type { AuthenticatedUser, StartSession } from './start-session.ts'

interface Dependencies {
  store: Store
  startSession: StartSession
  requireSecondFactor: RequireSecondFactor
  usedTokens: UsedTokens
  attempts: Attempts
  deviceTokens: DeviceTokens
  tokenIssuer: TokenIssuer
  audit: Audit
  notices: Notices
  requireVerifiedEmail: boolean
}

interface SignIn extends AuthenticatedUser {
  /** The requested scopes, separated by spaces. */
  scope: string
  /** The token of an earlier request that this one continues. */
  mfaToken?: MfaToken
}

export type FinishSignIn = ReturnType<typeof createFinishSignIn>

/** The last step of every sign-in: checks the second factor, starts the session and issues its tokens. */
export function createFinishSignIn({
  store,
  startSession,
  requireSecondFactor,
  usedTokens,
  attempts,
  deviceTokens,
  tokenIssuer,
  audit,
  notices,
  requireVerifiedEmail,
}: Dependencies) {
  function grantedScope(user: UserRow, requested: string): string {
    if (requireVerifiedEmail && user.email_verified === 0) throw new ApiError('email_not_verified')
    return grantScopes([ownScope, ...scopesOf(user.scopes)], scopesOf(requested)).join(' ')
  }

  async function useToken(db: Writer, token: MfaToken) {
    if (!(await usedTokens.use(db, token))) throw invalidMfaToken()
    if (token.noticeId !== undefined) await notices.cancelOne(db, token.noticeId)
  }

  async function release({ attempts: made }: SignIn) {
    for (const attempt of made) await attempts.release(attempt)
  }

  /** Ends the attempts of a sign-in whose password was correct and that failed later. */
  async function settle(signIn: SignIn, error: unknown, origin: Origin) {
    if (!(error instanceof ApiError)) return
    const { user, attempts: made, mfaToken } = signIn
    const [first] = made
    const hasSecondFactor = user.second_factors > 0
    if (error.statusCode === 503) await release(signIn).catch(() => {})
    // The user was deleted, was disabled or got a new password in the meantime: this counts as a failure.
    if (error.statusCode === 401) await attempts.reject(first, 'changed_meanwhile')
    if (error.statusCode !== 400) return
    if (error.code === 'invalid_mfa_token') return release(signIn)
    if (error.code === 'invalid_otp') {
      await rejectCode(signIn)
    } else {
      // Without the second factor, the password alone must not reset a counter.
      if (hasSecondFactor) await release(signIn)
      await store.write(async (db) => {
        if (!hasSecondFactor) await attempts.accept(db, first)
        await audit.record(db, {
          event: 'sign_in_failed',
          outcome: 'failure',
          userId: user.id,
          origin,
          details: { factor: first.factor, reason: error.code },
        })
      })
    }
    // The response has revealed that the password is correct. With a token, this was reported when it was issued.
    if (hasSecondFactor && mfaToken === undefined) await requireSecondFactor.report(user, first.location, origin)
  }

  /** Counts a wrong code, but not the correct password of the same request. */
  async function rejectCode({ attempts: made }: SignIn) {
    for (const attempt of made) {
      if (attempt.factor === 'otp') await attempts.reject(attempt, attempt.isLocked ? 'locked' : 'wrong')
      else await attempts.release(attempt)
    }
  }

  /**
   * @throws {ApiError} 401 `invalid_grant` if the account changed in the meantime; 400 `invalid_otp`,
   * `invalid_mfa_token`, `email_not_verified`, `invalid_scope`; 503
   */
  return async function finishSignIn(signIn: SignIn, origin: Origin): Promise<IssuedTokens> {
    const { user, attempts: made, scope, mfaToken } = signIn
    try {
      const granted = grantedScope(user, scope)
      const device = made[0].location.device ?? deviceTokens.create()
      const requested = { scope: granted, deviceId: device.id }
      if (made.some(({ factor, isLocked }) => factor === 'otp' && isLocked)) throw invalidOtp()
      const session = await store.write(async (db) => {
        if (mfaToken !== undefined) await useToken(db, mfaToken)
        return startSession(db, signIn, requested, origin)
      })
      if (session === undefined) throw mfaToken === undefined ? incorrectCredentials() : invalidMfaToken()
      const tokens = await tokenIssuer.issue(toAccount(user), session, granted)
      return { ...tokens, deviceToken: deviceTokens.issue(user, device) }
    } catch (error) {
      await settle(signIn, error, origin)
      throw error
    } finally {
      for (const attempt of made) attempts.end(attempt)
    }
  }
}

export function incorrectCredentials() {
  return new ApiError('invalid_grant', {
    status: 401,
    detail: 'Incorrect username or password',
    headers: { 'www-authenticate': 'Bearer' },
  })
}

export function invalidMfaToken() {
  return new ApiError('invalid_mfa_token', {
    errors: [{ path: '/mfa_token', message: 'has expired or was already used' }],
  })
}
