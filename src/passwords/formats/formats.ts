import { readArgon2 } from './argon2.ts'
import { readBcrypt } from './bcrypt.ts'
import { readPbkdf2 } from './pbkdf2.ts'
import { readScrypt } from './scrypt.ts'

interface PasswordHash {
  scheme: 'argon2id' | 'argon2i' | 'argon2d' | 'bcrypt' | 'pbkdf2' | 'scrypt'
  /** A rough cost, in KiB times passes of argon2id, of which a core does some 1500 in a millisecond. */
  work: number
  /** Whether it was made from this password, byte for byte as typed. */
  verify: (typed: string) => Promise<boolean>
}

/** A hash, or a fault in words that complete "password_hash …". */
export type Reading = PasswordHash | string

// Enough for argon2 with a salt and a key of 1 KiB each.
const maxLength = 3072

// KiB times passes. The operator chooses the cost of our own hashes, but not of foreign ones, which a stranger may have
// computed.
const maxForeignWork = 4194304

/**
 * Reads a hash of our own or of another system.
 * @returns undefined for a text that is not a hash, and for one whose cost is out of bounds
 */
export function readHash(stored: string): PasswordHash | undefined {
  const reading = read(stored, Infinity)
  return typeof reading === 'string' ? undefined : reading
}

/** @returns why a hash is rejected, in words that complete "password_hash …"; undefined when it is accepted */
export function faultOfHash(stored: string): string | undefined {
  const reading = read(stored, maxForeignWork)
  return typeof reading === 'string' ? reading : undefined
}

function read(stored: string, maxWork: number): Reading {
  if (stored.length > maxLength) return `is longer than ${maxLength} characters`
  return (
    readArgon2(stored, maxWork) ??
    readBcrypt(stored) ??
    readPbkdf2(stored) ??
    readScrypt(stored) ??
    'is of no kind that is known here: argon2, bcrypt, PBKDF2 of Django or passlib, scrypt of better-auth'
  )
}
