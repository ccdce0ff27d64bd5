import { readArgon2 } from './argon2.ts'
import { readAspNet } from './aspnet.ts'
import { readBcrypt } from './bcrypt.ts'
import { readFirebase } from './firebase.ts'
import { readPbkdf2 } from './pbkdf2.ts'
import { readPhpass } from './phpass.ts'
import { readScrypt } from './scrypt.ts'

/** A hash in a supported format. */
interface PasswordHash {
  scheme: 'argon2id' | 'argon2i' | 'argon2d' | 'bcrypt' | 'pbkdf2' | 'scrypt' | 'firebase-scrypt' | 'phpass'
  /** The approximate cost of verifying the hash, in KiB times passes of argon2id with one lane. */
  work: number
  /**
   * The approximate cost of a guess to an attacker with graphics cards, in KiB times passes of argon2id. It is scaled
   * so that the parameters that OWASP's Password Storage Cheat Sheet recommends for each scheme are equally strong.
   */
  strength: number
  /** Whether the hash was made from this password, byte for byte as typed. */
  verify: (typed: string) => Promise<boolean>
}

/** A hash, or the fault of a rejected one, in words that complete "password_hash …". */
export type Reading = PasswordHash | string

/** In characters: enough for argon2 with a salt and a key of 1 KiB each. */
const maxLength = 3072

/** The work that one core does in a second, in KiB times passes. */
const workPerSecond = 1_500_000

/** Hashes of other systems may have been computed by an attacker, so the cost of verifying them is limited. */
const maxForeignSeconds = 2

/**
 * Reads a hash of Latchkey or of another system.
 * @param stored the hash in the database
 * @returns undefined for a text that is not a hash, and for a hash whose parameters are out of bounds
 */
export function readHash(stored: string): PasswordHash | undefined {
  const reading = read(stored)
  return typeof reading === 'string' ? undefined : reading
}

/**
 * Checks a hash that is to be imported.
 * @param stored the hash, in the form in which it would be stored
 * @returns why the hash is rejected, in words that complete "password_hash …"; undefined when it is accepted
 */
export function faultOfHash(stored: string): string | undefined {
  const reading = read(stored)
  if (typeof reading === 'string') return reading
  const seconds = reading.work / workPerSecond
  if (seconds <= maxForeignSeconds) return undefined
  return (
    `would take about ${Math.ceil(seconds * 10) / 10} seconds to verify, ` +
    `and at most ${maxForeignSeconds} seconds are accepted`
  )
}

function read(stored: string): Reading {
  if (stored.length > maxLength) return `is longer than ${maxLength} characters`
  return (
    readArgon2(stored) ??
    readBcrypt(stored) ??
    readPbkdf2(stored) ??
    readScrypt(stored) ??
    readFirebase(stored) ??
    readPhpass(stored) ??
    readAspNet(stored) ??
    unsupported.find(([form]) => form.test(stored))?.[1] ??
    'is not in a supported format: argon2, bcrypt, scrypt, PBKDF2, phpass, ASP.NET Identity or Firebase'
  )
}

const remedy = 'omit it, and the user can set a password through the reset e-mail'

/** Common formats that are recognized in order to explain why they are rejected. */
const unsupported: Array<[form: RegExp, fault: string]> = [
  [/^\$[56]\$/, `is a SHA-crypt hash ($5$ or $6$), which is not supported: ${remedy}`],
  [/^(\$1\$|\$apr1\$)/, `is an MD5-crypt hash, which is too weak to be supported: ${remedy}`],
  [/^\$(y|gy|7)\$/, `is a Unix yescrypt or scrypt hash, which is not supported: ${remedy}`],
  [/^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i, `has no salt and no parameters: ${remedy}`],
]
