import { callApi } from './call-api.ts'
import { askForPasskey } from './passkey.ts'
import type { TabSession } from './tab-session.ts'
import { asTokenResponse } from './token-endpoint.ts'

/** Proof that it is the user: a code or a passkey if the account has a second factor, else the password. */
export type Proof = { otp: string } | { passkey: true } | { password: string }

/** A passkey of the account. */
export interface Passkey {
  id: string
  name: string
  /** Ten recovery codes, if this is the first second factor of the account. No other response contains them. */
  recovery_codes?: string[]
}

interface Options {
  tokenUrl: string
  /** Adds the access token. */
  fetch: typeof globalThis.fetch
}

/** What a signed-in user does with factors. */
export function createStepUp(tab: TabSession, { tokenUrl, fetch }: Options) {
  const post = (path: string, body?: object) => callApi(fetch, tokenUrl, { path, body })

  return {
    /**
     * Confirms that it is the user, after a 401 `insufficient_user_authentication` (RFC 9470). Then repeat the call.
     * @throws {OAuthError} with the `code` `wrong_password`, `invalid_otp`, `invalid_passkey`, …
     * @throws {PasskeyError} if the user cancels, or passkeys are unavailable
     * @throws {UnreachableError} if the server does not answer
     */
    async reauthenticate(proof: Proof): Promise<void> {
      const id = tab.read()?.id
      const body =
        'passkey' in proof
          ? { credential: await askForPasskey('get', await post('passkey/options')) }
          : 'otp' in proof
            ? { otp: proof.otp }
            : { current_password: proof.password }
      const proved = { ...body, device_token: tab.getDeviceToken() }
      const response = asTokenResponse(await post('users/me/reauthenticate', proved))
      const stored = tab.read()
      // The user may have signed out in the meantime.
      if (stored !== undefined && stored.id === id) tab.accept(response, stored)
    },

    /**
     * Creates a passkey in the browser and adds it to the account.
     * @param settings.name by default that of the device or app that keeps it
     * @throws {PasskeyError} if the user cancels, or passkeys are unavailable
     * @throws {OAuthError} if the server rejects it, with the `code` `insufficient_user_authentication`, …
     * @throws {UnreachableError} if the server does not answer
     */
    async createPasskey({ name }: { name?: string } = {}): Promise<Passkey> {
      const credential = await askForPasskey('create', await post('users/me/passkeys/options'))
      return asPasskey(await post('users/me/passkeys', { name, credential }))
    },
  }
}

function asPasskey({ id, name, recovery_codes: codes }: Record<string, unknown>): Passkey {
  return { id: String(id), name: String(name), ...(Array.isArray(codes) ? { recovery_codes: codes.map(String) } : {}) }
}
