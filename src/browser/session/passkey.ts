import { PasskeyError } from './errors.ts'

/** What a page without passkeys lacks. Node.js and older browsers lack it as well. */
interface Page {
  isSecureContext?: boolean
  location?: { hostname: string }
  PublicKeyCredential?: { parseRequestOptionsFromJSON?: object }
}

/** @returns why passkeys cannot be used here, or undefined if they can */
export function passkeyObstacle(): string | undefined {
  const { isSecureContext, location, PublicKeyCredential }: Page = globalThis as object
  const { hostname = '' } = location ?? {}
  // An IPv6 address is in brackets.
  if (/^[\d.]+$|^\[/.test(hostname)) {
    return 'Browsers allow no passkeys under an IP address. Open this page under its domain name, or localhost.'
  }
  if (isSecureContext === false) return 'Browsers allow passkeys only over HTTPS, or under localhost.'
  return PublicKeyCredential?.parseRequestOptionsFromJSON ? undefined : 'This browser does not support passkeys.'
}

/**
 * Asks the browser to create a passkey, or to sign with one (`get`).
 * @param options a `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`
 * @returns a `RegistrationResponseJSON` or `AuthenticationResponseJSON`, without extensions
 * @throws {PasskeyError} if there is none
 */
export async function askForPasskey(method: 'create' | 'get', options: object): Promise<object> {
  const obstacle = passkeyObstacle()
  if (obstacle !== undefined) throw new PasskeyError(obstacle, 'unavailable')
  // Loaded when it is needed, so that it does not add to the size of the client.
  const { callBrowser, explain } = await import('./web-authn.ts')
  try {
    return await callBrowser(method, options)
  } catch (cause) {
    throw new PasskeyError(...explain(cause), cause)
  }
}
