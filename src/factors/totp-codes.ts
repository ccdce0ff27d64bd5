import { Secret, TOTP, URI } from 'otpauth'
import { stepSeconds, timeStepOf } from '../lib/time-step.ts'
import { wordsOf } from '../lib/words.ts'

/** What every authenticator app supports. Some ignore other parameters in the URI and show wrong codes. */
const parameters = { algorithm: 'SHA1', digits: 6, period: stepSeconds }

/** The length that RFC 4226 4 recommends. */
const secretBytes = 20

/** The number of steps by which the phone's clock may differ (RFC 6238 5.2). */
const tolerance = 1

/** Secrets of other systems: 80 bits, as early authenticator apps had, to 80 bytes. */
const base32Secret = /^[A-Z2-7]{16,128}$/

/** The form in which apps show a secret to be typed: `jbsw y3dp …`. */
const groupedSecret = /^(?:[A-Z2-7]{4} )+[A-Z2-7]{1,4}$/i

/** Creates a secret in base32. */
export function newTotpSecret(): string {
  return new Secret({ size: secretBytes }).base32
}

/** Makes the URI that authenticator apps read (https://github.com/google/google-authenticator/wiki/Key-Uri-Format). */
export function totpUriOf(secret: string, { issuer, label }: { issuer: string; label: string }): string {
  return new TOTP({ ...parameters, issuer, label, secret: Secret.fromBase32(secret) }).toString()
}

/**
 * Reads a secret of another system.
 * @param text base32 or an `otpauth` URI
 * @returns the secret in base32, or what is wrong with it, to be read after the name of a field
 */
export function readTotpSecret(text: string): { secret: string } | { fault: string } {
  const uri = text.startsWith('otpauth:') ? parseUri(text) : undefined
  if (uri !== undefined && !(uri instanceof TOTP && hasOurParameters(uri))) {
    return {
      fault: 'must be for codes of six digits, SHA-1 and 30 seconds. Other authenticator apps are not supported',
    }
  }
  const secret = (uri?.secret.base32 ?? text).replace(/=+$/, '').toUpperCase()
  if (!base32Secret.test(secret)) return { fault: 'must be base32 of 16 to 128 characters, or an otpauth URI' }
  if (Secret.fromBase32(secret).bytes.every((byte) => byte === 0)) return { fault: 'must not consist of zeros' }
  return { secret }
}

/** Whether two secrets in base32 make the same codes. HMAC ignores zeros at their ends (RFC 2104 2). */
export function haveSameCodes(one: string, other: string): boolean {
  return [1, 2, 3, 4].every((step) => codeOf(one, step) === codeOf(other, step))
}

function codeOf(secret: string, step: number) {
  return TOTP.generate({ ...parameters, secret: Secret.fromBase32(secret), timestamp: step * parameters.period * 1000 })
}

/** Splits secrets that are separated by spaces. The groups of four of a single secret are joined. */
export function splitTotpSecrets(text: string): string[] {
  return groupedSecret.test(text) ? [text.replaceAll(' ', '')] : wordsOf(text)
}

function parseUri(text: string) {
  try {
    return URI.parse(text)
  } catch {
    return undefined
  }
}

function hasOurParameters({ algorithm, digits, period }: TOTP) {
  return algorithm === parameters.algorithm && digits === parameters.digits && period === parameters.period
}

/**
 * Finds the time step of a code (RFC 6238 4.2).
 * @param secret in base32
 * @param code six ASCII digits
 * @param time milliseconds since the epoch
 * @returns undefined if the code is not one of the current steps
 */
export function stepOfCode(secret: string, code: string, time: number): number | undefined {
  const options = { ...parameters, timestamp: time }
  const delta = TOTP.validate({ ...options, token: code, secret: Secret.fromBase32(secret), window: tolerance })
  return delta === null ? undefined : timeStepOf(time) + delta
}
