import { callApi } from './call-api.ts'
import { OAuthError, PasskeyError, type Remembering, SecondFactorError } from './errors.ts'
import { askForPasskey } from './passkey.ts'
import type { TabSession } from './tab-session.ts'
import { asTokenResponse, postForm, type ClientCredentials, type TokenResponse } from './token-endpoint.ts'

export interface PasskeySignIn extends ClientCredentials {
  scope?: string | undefined
}

export interface SignIn extends PasskeySignIn, Remembering {
  username: string
  password: string
  /** A code of the user's authenticator app, or a recovery code, if it is already known. */
  otp?: string | undefined
}

interface Options {
  tokenUrl: string
  fetch: typeof globalThis.fetch
  /** Forgets how long to wait, which was said about a previous session. */
  clearWaiting: () => void
}

const mfaGrantType = 'urn:latchkey:grant-type:mfa'
const passkeyGrantType = 'urn:latchkey:grant-type:passkey'

/** The ways to start a session. */
export function createSignIn(tab: TabSession, { tokenUrl, fetch, clearWaiting }: Options) {
  async function request(form: Record<string, string | undefined>, credentials: ClientCredentials) {
    return asTokenResponse(await postForm(fetch, tokenUrl, form, credentials))
  }

  function begin(response: TokenResponse, username: string | undefined, { scope, ...credentials }: PasskeySignIn) {
    const { clientId } = credentials
    const stored = {
      id: createId(),
      generation: 0,
      username,
      scope: scope || undefined,
      clientId: clientId || undefined,
    }
    clearWaiting()
    tab.begin(response, stored, credentials)
  }

  /** Latchkey tells it only to the user's access token. */
  async function usernameOf({ access_token: token }: TokenResponse) {
    const headers = { authorization: `Bearer ${token}` }
    const call = { path: 'users/me', method: 'GET' } as const
    const user = await callApi((url, init) => fetch(url, { ...init, headers }), tokenUrl, call)
    return typeof user.username === 'string' ? user.username : undefined
  }

  return {
    /**
     * Signs in with the password grant (RFC 6749 4.3).
     * @throws {SecondFactorError} if the account has a second factor, with which the error finishes the sign-in
     * @throws {OAuthError} if the server rejects it
     * @throws {UnreachableError} if the server does not answer
     */
    async signIn({ username, password, otp, rememberDevice, ...settings }: SignIn): Promise<void> {
      const { scope, ...credentials } = settings
      const finish = async (form: Record<string, string | undefined>, rememberDevice: boolean | undefined) => {
        const response = await request({ ...form, remember_device: rememberDevice ? 'true' : undefined }, credentials)
        begin(response, username, settings)
        if (form.otp ?? form.credential) tab.keepDeviceToken(rememberDevice ? response.device_token : undefined)
      }
      try {
        const form = {
          grant_type: 'password',
          username,
          password,
          otp: otp || undefined,
          scope: scope || undefined,
          device_token: tab.getDeviceToken(),
        }
        await finish(form, rememberDevice)
      } catch (error) {
        if (!(error instanceof OAuthError) || error.error !== 'mfa_required') throw error
        const { mfa_token: token, passkey_options: options } = error.body
        if (typeof token !== 'string') throw error
        const form = { grant_type: mfaGrantType, mfa_token: token }
        throw new SecondFactorError(error, {
          finish: (otp, chosen = { rememberDevice }) => finish({ ...form, otp }, chosen.rememberDevice),
          async finishWithPasskey(chosen = { rememberDevice }) {
            if (typeof options !== 'object' || options === null) {
              throw new PasskeyError('This account has no passkey.', 'unavailable')
            }
            const credential = JSON.stringify(await askForPasskey('get', options))
            await finish({ ...form, credential }, chosen.rememberDevice)
          },
        })
      }
    },

    /**
     * Signs in with a passkey alone, which the browser lets the user choose.
     * @throws {PasskeyError} if the user cancels, or passkeys are unavailable
     * @throws {OAuthError} if the server rejects the passkey
     * @throws {UnreachableError} if the server does not answer
     */
    async signInWithPasskey(settings: PasskeySignIn = {}): Promise<void> {
      const { scope, ...credentials } = settings
      const credential = await askForPasskey('get', await callApi(fetch, tokenUrl, { path: 'passkey/options' }))
      const form = {
        grant_type: passkeyGrantType,
        credential: JSON.stringify(credential),
        scope: scope || undefined,
        device_token: tab.getDeviceToken(),
      }
      const response = await request(form, credentials)
      begin(response, await usernameOf(response).catch(() => undefined), settings)
    },
  }
}

/** `crypto.randomUUID` does not exist on plain http. */
function createId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
