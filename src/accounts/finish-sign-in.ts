import type { Audit, Origin } from '../audit/index.ts'
import { grantScopes, ownScope, scopesOf } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { Store, UserRow } from '../store/index.ts'
import type { Attempts } from '../throttling/index.ts'
import type { DeviceTokens, IssuedTokens, TokenIssuer } from '../tokens/index.ts'
import { toAccount } from '../users/index.ts'
import type { MfaChallenge } from './mfa-challenge.ts'
import type { Proof, Proofs, RejectedProof } from './proofs.ts'
import type { RememberedDevices } from './remembered-devices.ts'
import type { StartSession } from './start-session.ts'

interface Dependencies {
  store: Store
  proofs: Proofs
  startSession: StartSession
  mfaChallenge: MfaChallenge
  rememberedDevices: RememberedDevices
  attempts: Attempts
  deviceTokens: DeviceTokens
  tokenIssuer: TokenIssuer
  audit: Audit
  requireVerifiedEmail: boolean
}

/** What a sign-in asks for. */
export interface SignInRequest {
  /** The requested scopes, separated by spaces. */
  scope: string
  /** The device token that was sent with the password. */
  deviceToken?: string | undefined
  /** Whether the device is to be remembered after a sign-in with a second factor. Undefined changes nothing. */
  rememberDevice?: boolean | undefined
}

export type FinishSignIn = ReturnType<typeof createFinishSignIn>

/** The last step of every sign-in: completes the check of a proof, starts the session and issues its tokens. */
export function createFinishSignIn({
  store,
  proofs,
  startSession,
  mfaChallenge,
  rememberedDevices,
  attempts,
  deviceTokens,
  tokenIssuer,
  audit,
  requireVerifiedEmail,
}: Dependencies) {
  function grantedScope(user: UserRow, requested: string): string {
    if (requireVerifiedEmail && user.email_verified === 0) throw new ApiError('email_not_verified')
    return grantScopes([ownScope, ...scopesOf(user.scopes)], scopesOf(requested)).join(' ')
  }

  /** Accepts the proof and starts the session. */
  async function start({ user, attempt: { location }, accept }: Proof, request: SignInRequest, origin: Origin) {
    const device = location.device ?? deviceTokens.create()
    const tokenUser = { ...toAccount(user), hasSecondFactor: user.second_factors > 0 }
    return store.complete(async (db) => {
      const outcome = await accept(db)
      if ('rejected' in outcome) return outcome
      // After the proof, so that a password alone reveals nothing about the account. The rollback keeps it usable.
      const scope = grantedScope(outcome.user, request.scope)
      if (outcome.secondFactor !== undefined) await mfaChallenge.cancelNotices(db, outcome.user, location, origin)
      const tokenScope = tokenIssuer.scopeFor(tokenUser, outcome, scope)
      const session = await startSession(db, outcome, { scope, tokenScope, deviceId: device.id }, origin)
      return { session, tokenUser, scope, device }
    })
  }

  /**
   * Records a rejected proof.
   * @returns the error of the response
   */
  async function reject(
    { user, attempt }: Proof,
    rejection: RejectedProof,
    { scope, deviceToken }: SignInRequest,
    origin: Origin,
  ): Promise<ApiError> {
    const { reason, error } = rejection
    await attempts.reject(rejection.rejected, reason)
    if (attempt.factor !== 'password' || reason === 'changed_meanwhile') return error
    // The wrong code stays counted, but not the correct password of the same request.
    await attempts.releasePassword(attempt)
    const { location } = attempt
    // Several codes in a row are needed, which only a token can count.
    if (reason === 'locked') return mfaChallenge.toError(user, { location, scope, deviceToken }, origin)
    await mfaChallenge.report(user, location, origin)
    return error
  }

  /** Records a sign-in that is refused although nothing about the proof was wrong. */
  async function recordRefusal({ user, attempt }: Proof, { code }: ApiError, origin: Origin): Promise<void> {
    const { factor, location } = attempt
    const hasSecondFactor = user.second_factors > 0
    // Without the second factor, the password alone must not reset a counter.
    if (hasSecondFactor) await attempts.release(attempt)
    await store.complete(async (db) => {
      if (!hasSecondFactor) await attempts.accept(db, attempt)
      const details = { factor, reason: code }
      await audit.record(db, { event: 'sign_in_failed', outcome: 'failure', userId: user.id, origin, details })
    })
    // The response reveals that the password is correct. With a token, this was reported when it was issued.
    if (hasSecondFactor && factor === 'password') await mfaChallenge.report(user, location, origin)
  }

  /** Settles the attempt of a sign-in that failed although the proof was not wrong. @throws the error */
  async function fail(proof: Proof, error: unknown, origin: Origin): Promise<never> {
    if (!(error instanceof ApiError)) throw error
    const { code } = error
    if (code === 'temporarily_unavailable' || code === 'invalid_mfa_token' || code === 'slow_down') {
      await proofs.release(proof)
    } else {
      await recordRefusal(proof, error, origin)
    }
    if (code === 'slow_down') await attempts.reportThrottled(proof.attempt)
    throw error
  }

  /**
   * @throws {ApiError} 401 `invalid_grant` if the account changed in the meantime; 400 `invalid_otp`,
   * `otp_locked`, `unreadable_factors`, `invalid_passkey`, `invalid_mfa_token`, `email_not_verified`, `invalid_scope`,
   * `second_factor_required`; 403 `mfa_required` if codes are locked; 429 `slow_down`; 503
   */
  return async function finishSignIn(proof: Proof, request: SignInRequest, origin: Origin): Promise<IssuedTokens> {
    try {
      const started = await start(proof, request, origin).catch((error: unknown) => fail(proof, error, origin))
      if ('rejected' in started) throw await reject(proof, started, request, origin)
      const { session, tokenUser, scope, device } = started
      const tokens = await tokenIssuer.issue(tokenUser, session, scope)
      const remembered = rememberedDevices.afterSignIn(device, session, request.rememberDevice)
      return { ...tokens, deviceToken: deviceTokens.issue(proof.user, remembered) }
    } finally {
      attempts.end(proof.attempt)
    }
  }
}
