import type { Origin } from '../audit/index.ts'
import type { MfaTokens } from '../factors/index.ts'
import type { Attempts } from '../throttling/index.ts'
import type { IssuedTokens, TokenIssuer } from '../tokens/index.ts'
import { type FinishSignIn, invalidMfaToken } from './finish-sign-in.ts'

interface Dependencies {
  mfaTokens: MfaTokens
  finishSignIn: FinishSignIn
  attempts: Attempts
  tokenIssuer: TokenIssuer
}

/** Finishes sign-ins whose password was checked in an earlier request. */
export function createContinueSignIn({ mfaTokens, finishSignIn, attempts, tokenIssuer }: Dependencies) {
  /**
   * Starts the session that was requested with the password.
   * @param presented the token from the response to the password, and a code
   * @throws {ApiError} 400 `invalid_mfa_token`, `invalid_otp`, `otp_locked`, `email_not_verified`, `invalid_scope`;
   * 429 `slow_down`; 503
   */
  return async function continueSignIn(
    presented: { mfaToken: string; otp: string; rememberDevice: boolean },
    origin: Origin,
  ): Promise<IssuedTokens> {
    await tokenIssuer.assertCanSign()
    const { otp, rememberDevice } = presented
    const mfaToken = mfaTokens.read(presented.mfaToken)
    if (mfaToken === undefined) throw invalidMfaToken()
    const { userId, scope, deviceToken } = mfaToken
    const attempt = await attempts.reserve({
      claimedUser: { userId },
      factor: 'otp',
      failureEvent: 'sign_in_failed',
      deviceToken,
      origin,
    })
    const { user } = attempt
    if (user === undefined || user.disabled === 1 || !mfaTokens.isOf(mfaToken, user)) {
      await attempts.release(attempt)
      throw invalidMfaToken()
    }
    return finishSignIn({ user, attempt, otp, scope, rememberDevice, mfaToken }, origin)
  }
}
