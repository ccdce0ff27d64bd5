import type { Origin } from '../audit/index.ts'
import type { AuthenticationResponse } from '../factors/index.ts'
import type { IssuedTokens, TokenIssuer } from '../tokens/index.ts'
import type { CheckPasskey } from './check-passkey.ts'
import type { FinishSignIn } from './finish-sign-in.ts'
import type { Proofs } from './proofs.ts'

interface Dependencies {
  checkPasskey: CheckPasskey
  proofs: Proofs
  finishSignIn: FinishSignIn
  tokenIssuer: TokenIssuer
}

/** Signs users in with a passkey alone, which names the account and counts as two factors. */
export function createSignInWithPasskey({ checkPasskey, proofs, finishSignIn, tokenIssuer }: Dependencies) {
  /**
   * Starts a session.
   * @param scope the requested scopes, separated by spaces
   * @throws {ApiError} 400 `invalid_passkey`, `email_not_verified`, `invalid_scope`; 409 `passkeys_unavailable`; 429
   * `slow_down`; 503
   */
  return async function signInWithPasskey(
    { credential, deviceToken }: { credential: AuthenticationResponse; deviceToken: string | undefined },
    scope: string,
    origin: Origin,
  ): Promise<IssuedTokens> {
    await tokenIssuer.assertCanSign()
    const checked = await checkPasskey(credential, {
      purpose: { kind: 'sign_in' },
      needsUserVerification: true,
      failureEvent: 'sign_in_failed',
      deviceToken,
      origin,
    })
    return finishSignIn(proofs.ofPasskey(checked), { scope }, origin)
  }
}
