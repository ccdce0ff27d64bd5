import { Secret, TOTP } from 'otpauth'

/** What every authenticator app supports. Some ignore other parameters in the URI and show wrong codes. */
const parameters = { algorithm: 'SHA1', digits: 6, period: 30 }

/** The length that RFC 4226 4 recommends. */
const secretBytes = 20

/** The number of steps by which the phone's clock may differ (RFC 6238 5.2). */
const tolerance = 1

/** Creates a secret in base32. */
export function newTotpSecret(): string {
  return new Secret({ size: secretBytes }).base32
}

/** Makes the URI that authenticator apps read (https://github.com/google/google-authenticator/wiki/Key-Uri-Format). */
export function totpUriOf(secret: string, { issuer, label }: { issuer: string; label: string }): string {
  return new TOTP({ ...parameters, issuer, label, secret: Secret.fromBase32(secret) }).toString()
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
  return delta === null ? undefined : TOTP.counter(options) + delta
}
