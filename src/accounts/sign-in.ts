import type { Origin } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import type { Attempts } from '../throttling/index.ts'
import type { IssuedTokens, TokenIssuer } from '../tokens/index.ts'
import type { Authenticate } from './authenticate.ts'
import type { FinishSignIn } from './finish-sign-in.ts'
import type { MfaChallenge } from './mfa-challenge.ts'
import type { Proofs } from './proofs.ts'
import type { RememberedDevices } from './remembered-devices.ts'

interface Dependencies {
  authenticate: Authenticate
  proofs: Proofs
  mfaChallenge: MfaChallenge
  finishSignIn: FinishSignIn
  rememberedDevices: RememberedDevices
  attempts: Attempts
  tokenIssuer: TokenIssuer
}

/** What the user typed, and what their app sends along. */
export interface Credentials {
  /** A username or a verified e-mail address. */
  username: string
  password: string
  /** A code of an authenticator app or a recovery code. It is ignored if the account has no second factor. */
  otp?: string | undefined
  /** The device token from an earlier sign-in on the same device. */
  deviceToken?: string | undefined
  /** Whether the device is to be remembered after a sign-in with a second factor. */
  rememberDevice: boolean
}

/** The resource owner password credentials grant (RFC 6749 4.3). */
export function createSignIn({
  authenticate,
  proofs,
  mfaChallenge,
  finishSignIn,
  rememberedDevices,
  attempts,
  tokenIssuer,
}: Dependencies) {
  /**
   * Starts a session.
   * @param scope the requested scopes, separated by spaces
   * @throws {ApiError} 401 `invalid_grant`, the same for an unknown user, a wrong password, and a disabled or locked
   * account; 403 `mfa_required` if the account has a second factor and there is neither a code nor a remembered device;
   * 400 `invalid_otp`, `unreadable_factors`, `email_not_verified`, `invalid_scope`, `second_factor_required`; 429
   * `slow_down`; 503
   */
  return async function signIn(
    { username, password, otp, deviceToken, rememberDevice }: Credentials,
    scope: string,
    origin: Origin,
  ): Promise<IssuedTokens> {
    await tokenIssuer.assertCanSign()
    const checked = await authenticate({
      claimedUser: { username },
      password,
      deviceToken,
      failureEvent: 'sign_in_failed',
      origin,
    })
    if (checked === undefined) throw incorrectCredentials()

    const { user, attempt } = checked
    const request = { scope, deviceToken, rememberDevice }
    const isRemembered = otp === undefined && rememberedDevices.isRemembered(user, attempt.location.device, scope)
    if (user.second_factors === 0 || isRemembered) {
      return finishSignIn(proofs.ofPassword(checked, incorrectCredentials), request, origin)
    }
    if (otp === undefined) {
      await attempts.release(attempt)
      throw await mfaChallenge.toError(user, { location: attempt.location, scope, deviceToken }, origin)
    }
    return finishSignIn(proofs.ofPasswordAndCode(checked, otp, incorrectCredentials), request, origin)
  }
}

function incorrectCredentials() {
  return new ApiError('invalid_grant', {
    status: 401,
    detail: 'Incorrect username or password',
    headers: { 'www-authenticate': 'Bearer' },
  })
}
