import type { Origin } from '../audit/index.ts'
import type { Attempts } from '../throttling/index.ts'
import type { IssuedTokens, TokenIssuer } from '../tokens/index.ts'
import type { Authenticate } from './authenticate.ts'
import { type FinishSignIn, incorrectCredentials } from './finish-sign-in.ts'
import type { MfaChallenge } from './mfa-challenge.ts'
import type { RememberedDevices } from './remembered-devices.ts'

interface Dependencies {
  authenticate: Authenticate
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
   * 400 `invalid_otp`, `email_not_verified`, `invalid_scope`, `second_factor_required`; 429 `slow_down`; 503
   */
  return async function signIn(
    { username, password, otp, deviceToken, rememberDevice }: Credentials,
    scope: string,
    origin: Origin,
  ): Promise<IssuedTokens> {
    await tokenIssuer.assertCanSign()
    const authentication = await authenticate({
      claimedUser: { username },
      password,
      deviceToken,
      failureEvent: 'sign_in_failed',
      origin,
    })
    if (authentication === undefined) throw incorrectCredentials()

    const { user, attempt } = authentication
    const isRemembered = otp === undefined && rememberedDevices.isRemembered(user, attempt.location.device, scope)
    if (user.second_factors === 0 || isRemembered) {
      return finishSignIn({ user, attempt, scope, rememberDevice }, origin)
    }
    if (otp === undefined) {
      await attempts.release(attempt)
      throw await mfaChallenge.toError(user, { location: attempt.location, scope, deviceToken }, origin)
    }
    return finishSignIn({ user, attempt, otp, scope, deviceToken, rememberDevice }, origin)
  }
}
