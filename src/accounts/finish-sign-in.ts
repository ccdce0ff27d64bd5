import type { Audit, Origin } from '../audit/index.ts'
import { grantScopes, ownScope, scopesOf } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { MfaToken, SecondFactor, SecondFactors, UsedTokens } from '../factors/index.ts'
import type { Notices } from '../mail/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Attempts, PendingAttempt } from '../throttling/index.ts'
import type { DeviceTokens, IssuedTokens, TokenIssuer } from '../tokens/index.ts'
import { lockUserRow, toAccount } from '../users/index.ts'
import type { RequireSecondFactor } from './require-second-factor.ts'
import type { StartSession } from './start-session.ts'

interface Dependencies {
  store: Store
  startSession: StartSession
  requireSecondFactor: RequireSecondFactor
  secondFactors: SecondFactors
  usedTokens: UsedTokens
  attempts: Attempts
  deviceTokens: DeviceTokens
  tokenIssuer: TokenIssuer
  audit: Audit
  notices: Notices
  requireVerifiedEmail: boolean
}

/** A sign-in whose password was correct, and the code of a second factor, which has not been checked yet. */
interface SignIn {
  user: UserRow
  /** The attempts to use the password and the code. Each counts as a failure until it is accepted or released. */
  attempts: [PendingAttempt, ...PendingAttempt[]]
  /** Undefined if the account has no second factor. */
  otp: string | undefined
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
  secondFactors,
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
    if (error.code === 'invalid_otp' || error.code === 'otp_locked') {
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

  /** @returns 400 `otp_locked` if codes are locked, and this one is not the last that unlocks them */
  async function checkCode(
    db: Writer,
    user: UserRow,
    { attempts: made, otp, mfaToken }: SignIn,
    origin: Origin,
  ): Promise<SecondFactor | ApiError | undefined> {
    if (otp === undefined) return undefined
    const isLocked = made.some((attempt) => attempt.factor === 'otp' && attempt.isLocked)
    if (!isLocked) return secondFactors.use(db, user, otp, origin)
    return (await secondFactors.useLocked(db, user, { otp, mfaToken }, origin)) ?? new ApiError('otp_locked')
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
   * `otp_locked`, `invalid_mfa_token`, `email_not_verified`, `invalid_scope`; 503
   */
  return async function finishSignIn(signIn: SignIn, origin: Origin): Promise<IssuedTokens> {
    const { user, attempts: made, scope, mfaToken } = signIn
    try {
      const granted = grantedScope(user, scope)
      const device = made[0].location.device ?? deviceTokens.create()
      const requested = { scope: granted, deviceId: device.id }
      const outcome = await store.write(async (db) => {
        const lockedRow = await lockUserRow(store, db, user)
        if (lockedRow === undefined || lockedRow.factors_version !== user.factors_version) {
          return mfaToken === undefined ? incorrectCredentials() : invalidMfaToken()
        }
        const secondFactor = await checkCode(db, lockedRow, signIn, origin)
        if (secondFactor instanceof ApiError) return secondFactor
        if (mfaToken !== undefined) await useToken(db, mfaToken)
        return startSession(db, { user: lockedRow, attempts: made, secondFactor }, requested, origin)
      })
      if (outcome instanceof ApiError) throw outcome
      const tokens = await tokenIssuer.issue(toAccount(user), outcome, granted)
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
