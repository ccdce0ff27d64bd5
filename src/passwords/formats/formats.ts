import { readArgon2 } from './argon2.ts'
import { readBcrypt } from './bcrypt.ts'
import { readPbkdf2 } from './pbkdf2.ts'
import { readScrypt } from './scrypt.ts'

interface PasswordHash {
  scheme: 'argon2id' | 'argon2i' | 'argon2d' | 'bcrypt' | 'pbkdf2' | 'scrypt'
  /** A rough cost, in KiB times passes of argon2id with one lane. */
  work: number
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
    'is of no kind that is known here: argon2, bcrypt, PBKDF2 of Django or passlib, scrypt of better-auth'
  )
}
