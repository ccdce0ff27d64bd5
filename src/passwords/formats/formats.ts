import { readArgon2 } from './argon2.ts'
import { readBcrypt } from './bcrypt.ts'
import { readPbkdf2 } from './pbkdf2.ts'
import { readScrypt } from './scrypt.ts'

export interface PasswordHash {
  scheme: 'argon2id' | 'argon2i' | 'argon2d' | 'bcrypt' | 'pbkdf2' | 'scrypt'
  /** How long it takes, roughly: in KiB times passes of argon2id, of which a core does some 1500 in a millisecond. */
  work: number
  /** Whether it was made from this password, byte for byte as typed. */
  verify: (typed: string) => Promise<boolean>
}

/** A hash, or what is wrong with it, as words that complete "password_hash …". */
export type Reading = PasswordHash | string

// More than argon2 with a salt and a key of 1 KiB each takes.
const longest = 3072

// KiB times passes. Our own cost is the operator's choice; one of another system is not, and a stranger may have it computed.
const mostForeignWork = 4194304

/**
 * Reads a hash of our own or of another system. Nothing is computed before it is verified.
 * @returns undefined for a text that is no hash, or one whose cost is beyond the bounds
 */
export function readHash(stored: string): PasswordHash | undefined {
  const reading = read(stored, Infinity)
  return typeof reading === 'string' ? undefined : reading
}

/** Why a hash of another system is not taken in, as words that complete "password_hash …"; undefined when it is. */
export function faultOfHash(stored: string): string | undefined {
  const reading = read(stored, mostForeignWork)
  return typeof reading === 'string' ? reading : undefined
}

function read(stored: string, mostWork: number): Reading {
  if (stored.length > longest) return `is longer than ${longest} characters`
  return (
    readArgon2(stored, mostWork) ??
    readBcrypt(stored) ??
    readPbkdf2(stored) ??
    readScrypt(stored) ??
    'is of no kind that is known here: argon2, bcrypt, PBKDF2 of Django or passlib, scrypt of better-auth'
  )
}
