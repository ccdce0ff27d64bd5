import { readArgon2 } from './argon2.ts'
import { readAspNet } from './aspnet.ts'
import { readBcrypt } from './bcrypt.ts'
import { readFirebase } from './firebase.ts'
import { readPbkdf2 } from './pbkdf2.ts'
import { readPhpass } from './phpass.ts'
import { readScrypt } from './scrypt.ts'

interface PasswordHash {
  scheme: 'argon2id' | 'argon2i' | 'argon2d' | 'bcrypt' | 'pbkdf2' | 'scrypt' | 'firebase-scrypt' | 'phpass'
  /** A rough cost, in KiB times passes of argon2id with one lane. */
  work: number
  /**
   * A rough cost to an attacker with graphics cards, in KiB times passes of argon2id: what OWASP's Password Storage
   * Cheat Sheet recommends for each scheme counts as equal.
   */
  strength: number
  /** Whether it was made from this password, byte for byte as typed. */
  verify: (typed: string) => Promise<boolean>
}

/** A hash, or a fault in words that complete "password_hash …". */
export type Reading = PasswordHash | string

// Enough for argon2 with a salt and a key of 1 KiB each.
const maxLength = 3072

/** KiB times passes that a core does in a second. */
const workPerSecond = 1_500_000

// The operator chooses the cost of our own hashes, but not of foreign ones, which a stranger may have computed.
const maxForeignSeconds = 2

/**
 * Reads a hash of our own or of another system.
 * @returns undefined for a text that is not a hash, and for one whose cost is out of bounds
 */
export function readHash(stored: string): PasswordHash | undefined {
  const reading = read(stored)
  return typeof reading === 'string' ? undefined : reading
}

/** @returns why a hash is rejected, in words that complete "password_hash …"; undefined when it is accepted */
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
    'is of no kind that is known here: argon2, bcrypt, scrypt, PBKDF2, phpass, ASP.NET Identity, Firebase'
  )
}

const howElse = 'leave it out, and the user sets a password by the reset e-mail'

/** Hashes that are common elsewhere. */
const unsupported: Array<[form: RegExp, fault: string]> = [
  [/^\$[56]\$/, `is of SHA-crypt ($5$ or $6$), which is not supported: ${howElse}`],
  [/^(\$1\$|\$apr1\$)/, `is of MD5-crypt, which is too weak to be supported: ${howElse}`],
  [/^\$(y|gy|7)\$/, `is of yescrypt or scrypt of a Unix system, which is not supported: ${howElse}`],
  [/^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i, `has no parameters and no salt: ${howElse}`],
]
