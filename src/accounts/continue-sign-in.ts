import type { Origin } from '../audit/index.ts'
import type { AuthenticationResponse, MfaToken, MfaTokens, VerifiedPasskey } from '../factors/index.ts'
import type { Attempts, PendingAttempt } from '../throttling/index.ts'
import type { IssuedTokens, TokenIssuer } from '../tokens/index.ts'
import type { CheckPasskey } from './check-passkey.ts'
import { type FinishSignIn, invalidMfaToken } from './finish-sign-in.ts'

interface Dependencies {
  mfaTokens: MfaTokens
  checkPasskey: CheckPasskey
  finishSignIn: FinishSignIn
  attempts: Attempts
  tokenIssuer: TokenIssuer
}

/** A second factor: a code or a passkey. */
export type PresentedFactor = { otp: string } | { credential: AuthenticationResponse }

/** Finishes sign-ins whose password was checked in an earlier request. */
export function createContinueSignIn({ mfaTokens, checkPasskey, finishSignIn, attempts, tokenIssuer }: Dependencies) {
  /** A code is checked later, in the transaction of the session. */
  async function reserve(
    presented: { mfaToken: string } & PresentedFactor,
    { userId, deviceToken }: MfaToken,
    origin: Origin,
  ): Promise<{ attempt: PendingAttempt; otp?: string; passkey?: VerifiedPasskey }> {
    const request = { failureEvent: 'sign_in_failed', deviceToken, origin } as const
    if ('otp' in presented) {
      const attempt = await attempts.reserve({ ...request, claimedUser: { userId }, factor: 'otp' })
      return { attempt, otp: presented.otp }
    }
    return checkPasskey(presented.credential, {
      ...request,
      userId,
      purpose: { kind: 'second_factor', mfaToken: presented.mfaToken },
      needsUserVerification: false,
    })
  }

  /**
   * Starts the session that was requested with the password.
   * @param presented the token from the response to the password, and a second factor
   * @throws {ApiError} 400 `invalid_mfa_token`, `invalid_otp`, `otp_locked`, `invalid_passkey`, `email_not_verified`,
   * `invalid_scope`; 409 `passkeys_unavailable`; 429 `slow_down`; 503
   */
  return async function continueSignIn(
    presented: { mfaToken: string; rememberDevice: boolean } & PresentedFactor,
    origin: Origin,
  ): Promise<IssuedTokens> {
    await tokenIssuer.assertCanSign()
    const { rememberDevice } = presented
    const mfaToken = mfaTokens.read(presented.mfaToken)
    if (mfaToken === undefined) throw invalidMfaToken()
    const { attempt, ...factor } = await reserve(presented, mfaToken, origin)
    const { user } = attempt
    if (user === undefined || user.disabled === 1 || !mfaTokens.isOf(mfaToken, user)) {
      await attempts.release(attempt)
      throw invalidMfaToken()
    }
    const { scope } = mfaToken
    return finishSignIn({ ...factor, user, attempt, scope, rememberDevice, mfaToken }, origin)
  }
}
