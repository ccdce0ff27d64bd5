import { PasskeyError } from './errors.ts'

/** What the browser returns. Extensions that keep passkeys return objects of their own. */
interface Credential {
  type: string
  rawId: ArrayBuffer
  authenticatorAttachment?: string | null
  response: Partial<Record<string, ArrayBuffer | null>> & { getTransports?(): string[] }
  getClientExtensionResults(): object
}

/** The part of WebAuthn (Level 3) that is used. Node.js and older browsers lack it. */
interface Browser {
  isSecureContext?: boolean
  location?: { hostname: string }
  navigator?: {
    credentials?: Record<'create' | 'get', (options: { publicKey: object }) => Promise<Credential | null>>
  }
  PublicKeyCredential?: Record<
    'parseCreationOptionsFromJSON' | 'parseRequestOptionsFromJSON',
    ((options: object) => object) | undefined
  >
}

/** @returns why passkeys cannot be used here, or undefined if they can */
export function passkeyObstacle(): string | undefined {
  const { isSecureContext, location, PublicKeyCredential }: Browser = globalThis as object
  const { hostname = '' } = location ?? {}
  // An IPv6 address is in brackets.
  if (/^[\d.]+$|^\[/.test(hostname)) {
    return 'Browsers allow no passkeys under an IP address. Open this page under its domain name, or localhost.'
  }
  if (isSecureContext === false) return 'Browsers allow passkeys only over HTTPS, or under localhost.'
  return PublicKeyCredential?.parseRequestOptionsFromJSON === undefined
    ? 'This browser does not support passkeys.'
    : undefined
}

/**
 * Asks the browser for a new passkey.
 * @param options a `PublicKeyCredentialCreationOptionsJSON`
 * @returns a `RegistrationResponseJSON`
 * @throws {PasskeyError} if there is none
 */
export const createPasskeyCredential = (options: object) => ask('create', 'parseCreationOptionsFromJSON', options)

/**
 * Asks the browser to sign with a passkey.
 * @param options a `PublicKeyCredentialRequestOptionsJSON`
 * @returns an `AuthenticationResponseJSON`
 * @throws {PasskeyError} if none was used
 */
export const getPasskeyCredential = (options: object) => ask('get', 'parseRequestOptionsFromJSON', options)

async function ask(
  method: 'create' | 'get',
  parse: 'parseCreationOptionsFromJSON' | 'parseRequestOptionsFromJSON',
  options: object,
): Promise<object> {
  const obstacle = passkeyObstacle()
  if (obstacle !== undefined) throw new PasskeyError(obstacle, 'unavailable')
  const { navigator, PublicKeyCredential }: Browser = globalThis as object
  try {
    const publicKey = PublicKeyCredential?.[parse]?.(options) ?? {}
    const credential = await navigator?.credentials?.[method]({ publicKey })
    if (credential) return toJson(credential)
  } catch (cause) {
    const { name, message } = cause instanceof Error ? cause : new Error(String(cause))
    const [reason, text] = explanations[name] ?? ['failed', `The passkey could not be used: ${message}`]
    throw new PasskeyError(text, reason, cause)
  }
  throw new PasskeyError('The browser returned no passkey.', 'failed')
}

/** What the errors of the browser mean, by their names. */
const explanations: Partial<Record<string, [PasskeyError['reason'], string]>> = {
  NotAllowedError: ['cancelled', 'No passkey was used: the request was cancelled or has timed out.'],
  InvalidStateError: ['already_registered', 'This device already has a passkey for this account.'],
  SecurityError: ['wrong_domain', 'The passkeys of this server belong to another domain than this page.'],
}

/** Without `toJSON`, which fails in objects of some extensions. */
function toJson(credential: Credential): object {
  const { type, rawId, authenticatorAttachment, response } = credential
  const names = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']
  const fields = names.flatMap((name) => {
    const value = response[name]
    return value ? [[name, encode(value)]] : []
  })
  const id = encode(rawId)
  return {
    id,
    rawId: id,
    type,
    ...(authenticatorAttachment && { authenticatorAttachment }),
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { ...Object.fromEntries(fields), transports: response.getTransports?.() },
  }
}

/** In base64url. */
function encode(value: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(value)))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
