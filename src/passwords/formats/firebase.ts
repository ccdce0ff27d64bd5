import { createCipheriv, timingSafeEqual } from 'node:crypto'
import { decodeBase64 } from '../../lib/base64.ts'
import { isWithin } from './argon2.ts'
import type { Reading } from './formats.ts'
import { deriveScrypt, faultOfScryptCost, type ScryptCost, weighScrypt } from './scrypt.ts'

/** A project's hash parameters, as the Firebase console shows them. */
export interface FirebaseParameters {
  signerKey: Buffer
  saltSeparator: Buffer
  cost: ScryptCost
}

const parameterNames = ['base64_signer_key', 'base64_salt_separator', 'rounds', 'mem_cost'] as const

const incomplete = 'is not a complete Firebase hash: it must be firebase$SALT$HASH, with both parts in base64'

/**
 * Reads a project's hash parameters.
 * @param text the parameters as the Firebase console shows them, or as a JSON object
 * @returns the parameters, or a sentence that says what is wrong with them without showing any value
 */
export function readFirebaseParameters(text: string): FirebaseParameters | string {
  const values = parameterNames.map(
    (name) => new RegExp(`\\b${name}\\b["']?\\s*[:=]\\s*["']?([\\w+/-]+)`).exec(text)?.[1],
  )
  const missing = parameterNames.filter((_name, index) => values[index] === undefined)
  if (missing.length > 0) return `The file with the Firebase hash parameters lacks ${missing.join(', ')}.`
  const [signerKey, saltSeparator] = values.slice(0, 2).map(decodeEither)
  const [rounds = NaN, memCost = NaN] = values
    .slice(2)
    .map((value) => (/^[1-9]\d?$/.test(value ?? '') ? Number(value) : NaN))
  const cost = { logN: memCost, r: rounds, p: 1 }
  // A shorter key would leave a part of the key stream unknown.
  if (!isWithin(signerKey, keyLength)) return `base64_signer_key must be base64 of at least ${keyLength} bytes.`
  if (!isWithin(saltSeparator, 1)) return 'base64_salt_separator must be base64.'
  const isCost = faultOfScryptCost(cost) === undefined
  if (!isCost) return 'rounds and mem_cost must be the numbers that the Firebase console shows, such as 8 and 14.'
  return { signerKey, saltSeparator, cost }
}

/** The bytes of the key stream that are stored and compared. */
const keyLength = 32

/**
 * Converts a hash from a Firebase export. Firebase derives a key from the password with scrypt (RFC 7914, with `rounds`
 * as r), and encrypts the signer key with it in AES counter mode. Latchkey stores only the key stream, which verifies
 * the password just as well. The signer key, a secret of the whole project, never gets into the database.
 * @param given `firebase$SALT$HASH`
 * @param parameters the hash parameters of the project
 * @returns the hash to be stored, or the fault, in words that complete "password_hash …"
 */
export function convertFirebaseHash(
  given: string,
  parameters: FirebaseParameters,
): { stored: string } | { fault: string } {
  const [, ...parts] = /^firebase\$([\w+/-]+)={0,2}\$([\w+/-]+)={0,2}$/.exec(given) ?? []
  const [salt, encrypted] = parts.map(decodeEither)
  const { signerKey, saltSeparator, cost } = parameters
  if (!isWithin(salt, 1) || encrypted === undefined) return { fault: incomplete }
  if (encrypted.length !== signerKey.length) {
    return { fault: 'is not as long as the signer key: check that both are from the same project' }
  }
  const stream = encrypted.subarray(0, keyLength).map((byte, index) => byte ^ (signerKey[index] ?? 0))
  const [saltText, streamText] = [Buffer.concat([salt, saltSeparator]), Buffer.from(stream)].map((bytes) =>
    bytes.toString('base64').replace(/=+$/, ''),
  )
  return { stored: `$firebase-scrypt$ln=${cost.logN},r=${cost.r},p=1$${saltText}$${streamText}` }
}

/** Whether a hash is from a Firebase export, so that it must be converted before it is stored. */
export function isFirebaseHash(given: string) {
  return given.startsWith('firebase$')
}

/**
 * Reads a Firebase hash in the form that `convertFirebaseHash` returns.
 * @param stored the hash in the database
 * @returns undefined for any other format
 */
export function readFirebase(stored: string): Reading | undefined {
  if (isFirebaseHash(stored)) {
    return "is a Firebase hash: pass the project's hash parameters with --firebase-parameters"
  }
  if (!stored.startsWith('$firebase-scrypt$')) return undefined
  const [, logN, r, ...parts] =
    /^\$firebase-scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/.exec(stored) ?? []
  const [salt, key] = parts.map(decodeBase64)
  if (!isWithin(salt, 1) || !isWithin(key, keyLength)) return 'is not a complete Firebase hash as exported by Latchkey'
  const cost = { logN: Number(logN), r: Number(r), p: 1 }
  return (
    faultOfScryptCost(cost) ?? {
      scheme: 'firebase-scrypt',
      ...weighScrypt(cost),
      verify: async (typed) => timingSafeEqual(streamOf(await deriveScrypt(typed, salt, 32, cost)), key),
    }
  )
}

/** Computes the beginning of the AES-256 key stream in counter mode (NIST SP 800-38A 6.5). */
function streamOf(key: Buffer): Buffer {
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(keyLength))
}

/** Decodes base64 in the alphabet of the Firebase command line or in the URL-safe alphabet of the Admin SDK. */
function decodeEither(text = ''): Buffer | undefined {
  return decodeBase64(text.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/'))
}
