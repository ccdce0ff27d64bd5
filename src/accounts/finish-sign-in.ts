import type { Audit, Origin } from '../audit/index.ts'
import { combineMethods, grantScopes, ownScope, scopesOf } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import {
  invalidOtp,
  invalidPasskey,
  type MfaToken,
  type Passkeys,
  type SecondFactors,
  type UsedTokens,
  type VerifiedPasskey,
} from '../factors/index.ts'
import type { Notices } from '../mail/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Attempts, PendingAttempt } from '../throttling/index.ts'
import type { DeviceTokens, IssuedTokens, TokenIssuer } from '../tokens/index.ts'
import { lockUserRow, toAccount } from '../users/index.ts'
import type { MfaChallenge } from './mfa-challenge.ts'
import type { RememberedDevices } from './remembered-devices.ts'
import type { AuthenticatedUser, StartSession } from './start-session.ts'

interface Dependencies {
  store: Store
  startSession: StartSession
  mfaChallenge: MfaChallenge
  secondFactors: SecondFactors
  passkeys: Passkeys
  usedTokens: UsedTokens
  rememberedDevices: RememberedDevices
  attempts: Attempts
  deviceTokens: DeviceTokens
  tokenIssuer: TokenIssuer
  audit: Audit
  notices: Notices
  requireVerifiedEmail: boolean
}

/**
 * A sign-in whose password was correct, and the code of a second factor, which has not been checked yet. Or a sign-in
 * with a valid passkey, alone or after the password.
 */
interface SignIn {
  user: UserRow
  /**
   * The attempt to use the password or a passkey or, with a token, the second factor. It counts as a failure until it
   * is accepted or released.
   */
  attempt: PendingAttempt
  /** The code, if the account has a second factor. */
  otp?: string | undefined
  passkey?: VerifiedPasskey | undefined
  /** The requested scopes, separated by spaces. */
  scope: string
  /** The device token that was sent with the password. */
  deviceToken?: string | undefined
  /** Whether the device is to be remembered after a sign-in with a second factor. Undefined changes nothing. */
  rememberDevice?: boolean | undefined
  /** The token of an earlier request that this one continues. */
  mfaToken?: MfaToken
}

/** A wrong factor. */
interface RejectedFactor {
  rejected: PendingAttempt
  error: ApiError
}

export type FinishSignIn = ReturnType<typeof createFinishSignIn>

/** The last step of every sign-in: checks the second factor, starts the session and issues its tokens. */
export function createFinishSignIn({
  store,
  startSession,
  mfaChallenge,
  secondFactors,
  passkeys,
  usedTokens,
  rememberedDevices,
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

  /**
   * Ends the attempt of a sign-in whose password was correct and that failed later.
   * @param rejected the attempt to use the factor, if it was wrong
   * @returns the error of the response
   */
  async function settle(
    { user, attempt, scope, deviceToken }: SignIn,
    error: unknown,
    rejected: PendingAttempt | undefined,
    origin: Origin,
  ): Promise<unknown> {
    if (!(error instanceof ApiError)) return error
    const { location, factor } = attempt
    const hasSecondFactor = user.second_factors > 0
    if (error.statusCode === 503) await attempts.release(attempt).catch(() => {})
    // The user was deleted, was disabled or got a new password in the meantime: this counts as a failure.
    if (error.statusCode === 401) await attempts.reject(attempt, 'changed_meanwhile')
    if (error.statusCode === 429) {
      await attempts.release(attempt)
      await attempts.reportThrottled(attempt)
    }
    if (error.statusCode !== 400) return error
    if (error.code === 'invalid_mfa_token') {
      await attempts.release(attempt)
      return error
    }
    if (rejected !== undefined) {
      // The wrong factor stays counted, but not the correct password of the same request.
      await attempts.reject(rejected, rejected.isLocked ? 'locked' : 'wrong')
      if (factor === 'password') await attempts.release(attempt)
    } else {
      // Without the second factor, the password alone must not reset a counter.
      if (hasSecondFactor) await attempts.release(attempt)
      await store.write(async (db) => {
        if (!hasSecondFactor) await attempts.accept(db, attempt)
        await audit.record(db, {
          event: 'sign_in_failed',
          outcome: 'failure',
          userId: user.id,
          origin,
          details: { factor, reason: error.code },
        })
      })
    }
    if (!hasSecondFactor || factor !== 'password') return error
    // Several codes in a row are needed, which only a token can count.
    if (error.code === 'otp_locked') return mfaChallenge.toError(user, { location, scope, deviceToken }, origin)
    // The response has revealed that the password is correct. With a token, this was reported when it was issued.
    await mfaChallenge.report(user, location, origin)
    return error
  }

  /**
   * Counts and checks the code, or uses up the passkey. If it is rejected, the transaction must be committed, so that
   * it stays counted.
   * @returns the attempt and the error, if the factor is wrong, or codes are locked and it is not the last that unlocks
   * them
   */
  async function checkFactor(
    db: Writer,
    user: UserRow,
    { attempt, otp, passkey, mfaToken }: SignIn,
    origin: Origin,
  ): Promise<AuthenticatedUser | RejectedFactor> {
    if (passkey !== undefined) {
      const error = await passkeys.use(db, passkey, origin)
      if (error !== undefined) return { rejected: attempt, error }
      const isAlone = mfaToken === undefined
      const methods = combineMethods(isAlone ? [] : ['pwd'], passkey.methods)
      return { user, attempts: [attempt], secondFactor: isAlone ? undefined : 'passkey', methods }
    }
    if (otp === undefined) return { user, attempts: [attempt], secondFactor: undefined, methods: ['pwd'] }
    const first = { ...attempt, user }
    const second = mfaToken === undefined ? await attempts.reserveSecond(db, first) : first
    const secondFactor = second.isLocked
      ? await secondFactors.useLocked(db, user, { otp, mfaToken }, origin)
      : await secondFactors.use(db, user, otp, origin)
    if (secondFactor === undefined) {
      return { rejected: second, error: second.isLocked ? new ApiError('otp_locked') : invalidOtp() }
    }
    const methods = combineMethods(['pwd'], ['otp'])
    return { user, attempts: mfaToken === undefined ? [first, second] : [first], secondFactor, methods }
  }

  /**
   * @throws {ApiError} 401 `invalid_grant` if the account changed in the meantime; 400 `invalid_otp`,
   * `otp_locked`, `unreadable_factors`, `invalid_passkey`, `invalid_mfa_token`, `email_not_verified`, `invalid_scope`,
   * `second_factor_required`; 403 `mfa_required` if codes are locked; 429 `slow_down`; 503
   */
  return async function finishSignIn(signIn: SignIn, origin: Origin): Promise<IssuedTokens> {
    const { user, attempt, scope, rememberDevice, mfaToken } = signIn
    let rejected: PendingAttempt | undefined
    try {
      const granted = grantedScope(user, scope)
      const device = attempt.location.device ?? deviceTokens.create()
      const tokenUser = { ...toAccount(user), hasSecondFactor: user.second_factors > 0 }
      const requested = { scope: granted, deviceId: device.id }
      const outcome = await store.write(async (db) => {
        const lockedRow = await lockUserRow(store, db, user)
        if (lockedRow === undefined || lockedRow.factors_version !== user.factors_version) {
          if (mfaToken !== undefined) return invalidMfaToken()
          return signIn.passkey === undefined ? incorrectCredentials() : invalidPasskey()
        }
        const checked = await checkFactor(db, lockedRow, signIn, origin)
        if ('rejected' in checked) return checked
        if (mfaToken !== undefined) await useToken(db, mfaToken)
        if (checked.secondFactor !== undefined) {
          await mfaChallenge.cancelNotices(db, lockedRow, attempt.location, origin)
        }
        const session = await startSession(db, checked, requested, origin)
        // Rolls the session back if its tokens would have no scope.
        tokenIssuer.scopeFor(tokenUser, session, granted)
        return session
      })
      if (outcome instanceof ApiError) throw outcome
      if ('rejected' in outcome) {
        ;({ rejected } = outcome)
        throw outcome.error
      }
      const tokens = await tokenIssuer.issue(tokenUser, outcome, granted)
      const remembered = rememberedDevices.afterSignIn(device, outcome, rememberDevice)
      return { ...tokens, deviceToken: deviceTokens.issue(user, remembered) }
    } catch (error) {
      throw await settle(signIn, error, rejected, origin)
    } finally {
      attempts.end(attempt)
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
