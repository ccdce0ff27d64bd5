/* It imports nothing that the rest of the client uses, so that it is the only other file of the bundled client. */
import type { PasskeyError } from './errors.ts'

/** What the browser returns. Extensions that keep passkeys return objects of their own. */
interface Credential {
  type: string
  rawId: ArrayBuffer
  response: Partial<Record<string, ArrayBuffer | null>> & { getTransports?(): string[] }
}

/** The part of WebAuthn (Level 3) that is used. */
interface Browser {
  navigator?: {
    credentials?: Record<'create' | 'get', (options: { publicKey: object }) => Promise<Credential | null>>
  }
  PublicKeyCredential?: Record<
    'parseCreationOptionsFromJSON' | 'parseRequestOptionsFromJSON',
    ((options: object) => object) | undefined
  >
}

/**
 * Calls `navigator.credentials`.
 * @param options a `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`
 * @returns a `RegistrationResponseJSON` or `AuthenticationResponseJSON`, without extensions
 * @throws {Error} that of the browser
 */
export async function callBrowser(method: 'create' | 'get', options: object): Promise<object> {
  const { navigator, PublicKeyCredential }: Browser = globalThis as object
  const parse = method === 'get' ? 'parseRequestOptionsFromJSON' : 'parseCreationOptionsFromJSON'
  const publicKey = PublicKeyCredential?.[parse]?.(options) ?? {}
  const credential = await navigator?.credentials?.[method]({ publicKey })
  if (!credential) throw new Error('the browser returned none.')
  return toJson(credential)
}

/** @returns a message for the user, and the reason, of an error of the browser */
export function explain(error: unknown): [string, PasskeyError['reason']] {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  return explanations[name] ?? [`The passkey could not be used: ${message}`, 'failed']
}

const explanations: Partial<Record<string, [string, PasskeyError['reason']]>> = {
  NotAllowedError: ['No passkey was used: the request was cancelled or has timed out.', 'cancelled'],
  InvalidStateError: ['This device already has a passkey for this account.', 'already_registered'],
  SecurityError: ['The passkeys of this server belong to another domain than this page.', 'wrong_domain'],
}

/** Without `toJSON`, which fails in objects of some extensions. */
function toJson({ type, rawId, response }: Credential): object {
  const names = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']
  const fields = names.flatMap((name) => {
    const value = response[name]
    return value ? [[name, encode(value)]] : []
  })
  const id = encode(rawId)
  return { id, rawId: id, type, response: { ...Object.fromEntries(fields), transports: response.getTransports?.() } }
}

/** In base64url. */
function encode(value: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(value)))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
