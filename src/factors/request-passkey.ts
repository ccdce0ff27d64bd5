import type { Principal } from '../authorization/index.ts'
import type { Store } from '../store/index.ts'
import type { Passkeys } from './passkeys.ts'
import type { RequestOptions, Webauthn } from './webauthn.ts'

interface Dependencies {
  store: Store
  passkeys: Passkeys
  webauthn: Webauthn
}

/** Requests passkeys for sign-ins, and from users who are signed in. */
export function createRequestPasskey({ store, passkeys, webauthn }: Dependencies) {
  /**
   * Makes the options with which a browser uses a passkey.
   * @param principal the user who has to confirm their identity; undefined for a sign-in with any passkey
   * @throws {ApiError} 409 `passkeys_unavailable`
   */
  return async function requestPasskey(principal: Principal | undefined): Promise<RequestOptions> {
    if (principal === undefined) return webauthn.requestOptions({ kind: 'sign_in' }, 'required')
    const { account, session } = principal
    return webauthn.requestOptions(
      { kind: 'reauthentication', userId: account.id },
      needsUserVerification(session) ? 'required' : 'preferred',
      await store.read((db) => passkeys.rowsOf(db, account.id)),
    )
  }
}

/**
 * Whether a passkey must verify the user to confirm their identity in this session. In a session without a password, it
 * is the only factor.
 */
export function needsUserVerification({ methods }: Principal['session']): boolean {
  return !methods.includes('pwd')
}
