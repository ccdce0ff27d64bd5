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

const notWhole = 'is not a whole hash of Firebase: it must be firebase$SALT$HASH, both in base64'

/**
 * Reads a project's hash parameters, as the Firebase console shows them or as an object of JSON.
 * @returns a sentence that says what is wrong with them, and shows none of them
 */
export function readFirebaseParameters(text: string): FirebaseParameters | string {
  const values = parameterNames.map(
    (name) => new RegExp(`\\b${name}\\b["']?\\s*[:=]\\s*["']?([\\w+/-]+)`).exec(text)?.[1],
  )
  const missing = parameterNames.filter((_name, index) => values[index] === undefined)
  if (missing.length > 0) return `The file of Firebase's hash parameters lacks ${missing.join(', ')}.`
  const [signerKey, saltSeparator] = values.slice(0, 2).map(decodeEither)
  const [rounds = NaN, memCost = NaN] = values
    .slice(2)
    .map((value) => (/^[1-9]\d?$/.test(value ?? '') ? Number(value) : NaN))
  const cost = { logN: memCost, r: rounds, p: 1 }
  // Shorter keys would leave some of the comparison out.
  if (!isWithin(signerKey, keyLength)) return `base64_signer_key must be base64 of at least ${keyLength} bytes.`
  if (!isWithin(saltSeparator, 1)) return 'base64_salt_separator must be base64.'
  const isCost = faultOfScryptCost(cost) === undefined
  if (!isCost) return 'rounds and mem_cost must be numbers that Firebase uses, like 8 and 14.'
  return { signerKey, saltSeparator, cost }
}

/** Bytes of the key stream that are compared. */
const keyLength = 32

/**
 * Firebase derives a key from the password (its scrypt is that of RFC 7914, with `rounds` as r), and encrypts the
 * signer key with it, by AES in counter mode. Stored is the key stream alone, which proves the password as well: the
 * signer key, a secret of the whole project, never gets into the database.
 * @param given `firebase$SALT$HASH` from an export of Firebase
 * @returns the hash as it is stored, or a fault in words that complete "password_hash …"
 */
export function convertFirebaseHash(
  given: string,
  parameters: FirebaseParameters,
): { stored: string } | { fault: string } {
  const [, ...parts] = /^firebase\$([\w+/-]+)={0,2}\$([\w+/-]+)={0,2}$/.exec(given) ?? []
  const [salt, encrypted] = parts.map(decodeEither)
  const { signerKey, saltSeparator, cost } = parameters
  if (!isWithin(salt, 1) || encrypted === undefined) return { fault: notWhole }
  if (encrypted.length !== signerKey.length) return { fault: 'is not as long as the signer key of its project' }
  const stream = encrypted.subarray(0, keyLength).map((byte, index) => byte ^ (signerKey[index] ?? 0))
  const [saltText, streamText] = [Buffer.concat([salt, saltSeparator]), Buffer.from(stream)].map((bytes) =>
    bytes.toString('base64').replace(/=+$/, ''),
  )
  return { stored: `$firebase-scrypt$ln=${cost.logN},r=${cost.r},p=1$${saltText}$${streamText}` }
}

export function isFirebaseHash(given: string) {
  return given.startsWith('firebase$')
}

/**
 * A hash of Firebase, as `convertFirebaseHash` makes it.
 * @returns undefined for another format
 */
export function readFirebase(stored: string): Reading | undefined {
  if (isFirebaseHash(stored)) return 'is of Firebase: name the file of its hash parameters by --firebase-parameters'
  if (!stored.startsWith('$firebase-scrypt$')) return undefined
  const [, logN, r, ...parts] =
    /^\$firebase-scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/.exec(stored) ?? []
  const [salt, key] = parts.map(decodeBase64)
  if (!isWithin(salt, 1) || !isWithin(key, keyLength)) return 'is not a whole hash of Firebase, as Latchkey writes it'
  const cost = { logN: Number(logN), r: Number(r), p: 1 }
  return (
    faultOfScryptCost(cost) ?? {
      scheme: 'firebase-scrypt',
      ...weighScrypt(cost),
      verify: async (typed) => timingSafeEqual(streamOf(await deriveScrypt(typed, salt, 32, cost)), key),
    }
  )
}

/** The stream by which AES-256 encrypts in counter mode, from the start. */
function streamOf(key: Buffer): Buffer {
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(keyLength))
}

/** Base64 in the spelling of the command line or of the Admin SDK, which is for URLs. */
function decodeEither(text = ''): Buffer | undefined {
  return decodeBase64(text.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/'))
}
