import type { Origin } from '../audit/index.ts'
import { invalidMfaToken, type MfaToken, type MfaTokens } from '../factors/index.ts'
import type { UserRow } from '../store/index.ts'
import type { Attempts, PendingAttempt } from '../throttling/index.ts'
import type { IssuedTokens, TokenIssuer } from '../tokens/index.ts'
import type { CheckPasskey } from './check-passkey.ts'
import type { FinishSignIn } from './finish-sign-in.ts'
import { type FactorFields, oneFactorOf, type PresentedFactor } from './presented-factor.ts'
import type { Proof, Proofs } from './proofs.ts'

interface Dependencies {
  mfaTokens: MfaTokens
  checkPasskey: CheckPasskey
  proofs: Proofs
  finishSignIn: FinishSignIn
  attempts: Attempts
  tokenIssuer: TokenIssuer
}

/** A second factor, and the sign-in that it completes. */
export interface SecondStep extends FactorFields {
  /** The token from the response to the password. */
  mfaToken: string
  /** Whether the device is to be remembered. */
  rememberDevice: boolean
}

/** Finishes sign-ins whose password was checked in an earlier request. */
export function createContinueSignIn({
  mfaTokens,
  checkPasskey,
  proofs,
  finishSignIn,
  attempts,
  tokenIssuer,
}: Dependencies) {
  /** @throws {ApiError} 400 `invalid_mfa_token` if the account has changed since the password was checked */
  async function demandUnchanged(attempt: PendingAttempt, mfaToken: MfaToken): Promise<UserRow> {
    const { user } = attempt
    if (user !== undefined && user.disabled === 0 && mfaTokens.isOf(mfaToken, user)) return user
    await attempts.release(attempt)
    throw invalidMfaToken()
  }

  async function check(
    factor: PresentedFactor,
    presented: SecondStep,
    mfaToken: MfaToken,
    origin: Origin,
  ): Promise<Proof> {
    const { userId, deviceToken } = mfaToken
    const request = { failureEvent: 'sign_in_failed', deviceToken, origin } as const
    if ('otp' in factor) {
      const attempt = await attempts.reserve({ ...request, claimedUser: { userId }, factor: 'otp' })
      const user = await demandUnchanged(attempt, mfaToken)
      return proofs.ofCode({ user, attempt }, factor.otp, mfaToken)
    }
    const checked = await checkPasskey(factor.credential, {
      ...request,
      userId,
      purpose: { kind: 'second_factor', mfaToken: presented.mfaToken },
      needsUserVerification: false,
    })
    await demandUnchanged(checked.attempt, mfaToken)
    return proofs.ofPasskey(checked, mfaToken)
  }

  /**
   * Starts the session that was requested with the password.
   * @throws {ApiError} 400 `invalid_request`, `invalid_mfa_token`, `invalid_otp`, `otp_locked`, `unreadable_factors`,
   * `invalid_passkey`, `email_not_verified`, `invalid_scope`; 409 `passkeys_unavailable`; 429 `slow_down`; 503
   */
  return async function continueSignIn(presented: SecondStep, origin: Origin): Promise<IssuedTokens> {
    const factor = oneFactorOf(presented)
    await tokenIssuer.assertCanSign()
    const mfaToken = mfaTokens.read(presented.mfaToken)
    if (mfaToken === undefined) throw invalidMfaToken()
    const proof = await check(factor, presented, mfaToken, origin)
    return finishSignIn(proof, { scope: mfaToken.scope, rememberDevice: presented.rememberDevice }, origin)
  }
}
