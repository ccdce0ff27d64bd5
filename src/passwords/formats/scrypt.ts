import { scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { decodeBase64 } from '../../lib/base64.ts'
import { isWithin } from './argon2.ts'
import type { Reading } from './formats.ts'

/** The parameters of scrypt (RFC 7914 2), with the binary logarithm of N. */
export interface ScryptCost {
  logN: number
  r: number
  p: number
}

/** The work of one of the N * r * p blocks, in KiB times passes of argon2, measured side by side. */
const workPerBlock = 0.46

/** The strength of a block: OWASP considers N = 2^14, r = 8, p = 5 equal to argon2id with 19456 KiB and two passes. */
const strengthPerBlock = 0.059

const maxMemoryBytes = 1024 * 1024 * 1024

const deriveKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

/**
 * Reads scrypt (RFC 7914) in the formats of better-auth, Werkzeug, Django and passlib.
 * @param stored the hash in the database
 * @returns undefined for any other format
 */
export function readScrypt(stored: string): Reading | undefined {
  const betterAuth = readBetterAuth(stored)
  if (betterAuth === undefined && !/^(scrypt[:$]|\$scrypt\$)/.test(stored)) return undefined
  const parts = betterAuth ?? readWerkzeug(stored) ?? readDjango(stored) ?? readPasslib(stored)
  const { salt, key, cost } = parts ?? {}
  const isComplete = cost !== undefined && Number.isInteger(cost.logN) && isWithin(salt, 1) && isWithin(key, 32)
  if (!isComplete) return 'is not a complete scrypt hash in the format of Werkzeug, Django or passlib'
  const prepare = (typed: string) => (betterAuth === undefined ? typed : typed.normalize('NFKC'))
  return (
    faultOfScryptCost(cost) ?? {
      scheme: 'scrypt',
      ...weighScrypt(cost),
      verify: async (typed) => timingSafeEqual(await deriveScrypt(prepare(typed), salt, key.length, cost), key),
    }
  )
}

/** @returns why parameters are rejected, in words that complete "password_hash …"; undefined when they are accepted */
export function faultOfScryptCost({ logN, r, p }: ScryptCost): string | undefined {
  const isWithinBounds = r >= 1 && r <= 64 && p >= 1 && p <= 64 && 128 * 2 ** logN * r <= maxMemoryBytes
  if (!isWithinBounds) return 'requires more than 1048576 KiB of memory, or has r or p outside the range 1 to 64'
  // The bounds of RFC 7914 2, which OpenSSL enforces.
  return logN >= 1 && logN < 16 * r ? undefined : 'has scrypt parameters that RFC 7914 does not allow'
}

/** @returns the work and strength of a hash with these parameters; see `PasswordHash` */
export function weighScrypt({ logN, r, p }: ScryptCost) {
  const blocks = 2 ** logN * r * p
  return { work: workPerBlock * blocks, strength: strengthPerBlock * blocks }
}

/** @param keyLength bytes of the derived key */
export function deriveScrypt(password: string, salt: Buffer, keyLength: number, { logN, r, p }: ScryptCost) {
  const N = 2 ** logN
  // Node's default limit is too low. This is the memory that scrypt needs, with a margin.
  return deriveKey(password, salt, keyLength, { N, r, p, maxmem: 128 * r * (N + p) + 1024 * 1024 })
}

/**
 * Reads the format of `@better-auth/utils`, src/password.node.ts: a hexadecimal salt that is used as text, a colon, and
 * a key of 64 bytes. The password is normalized to NFKC.
 */
function readBetterAuth(stored: string) {
  const [, salt, key = ''] = /^([0-9a-f]{32}):([0-9a-f]{128})$/.exec(stored) ?? []
  if (salt === undefined) return undefined
  return {
    salt: Buffer.from(salt),
    key: Buffer.from(key, 'hex'),
    cost: { logN: 14, r: 16, p: 1 },
  }
}

/** Reads the format of Werkzeug (`generate_password_hash`): N, r and p precede the salt, which is text. */
function readWerkzeug(stored: string) {
  const [, n, r, p, salt, key = ''] =
    /^scrypt:([1-9]\d*):([1-9]\d*):([1-9]\d*)\$([!-#%-~]+)\$([0-9a-f]{128})$/.exec(stored) ?? []
  if (salt === undefined) return undefined
  return { salt: Buffer.from(salt), key: Buffer.from(key, 'hex'), cost: costOf(Math.log2(Number(n)), r, p) }
}

/** Reads the format of Django (`ScryptPasswordHasher`): the salt, which is text, stands between N and r. */
function readDjango(stored: string) {
  const [, n, salt, r, p, key = ''] =
    /^scrypt\$([1-9]\d*)\$([!-#%-~]+)\$([1-9]\d*)\$([1-9]\d*)\$([A-Za-z0-9+/]{86})==$/.exec(stored) ?? []
  if (salt === undefined) return undefined
  return { salt: Buffer.from(salt), key: decodeBase64(key), cost: costOf(Math.log2(Number(n)), r, p) }
}

/** Reads the format of passlib (`passlib.hash.scrypt`), which states the binary logarithm of N. */
function readPasslib(stored: string) {
  const [, logN, r, p, salt = '', key = ''] =
    /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d*),p=([1-9]\d*)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/.exec(stored) ?? []
  if (logN === undefined) return undefined
  return { salt: decodeBase64(salt), key: decodeBase64(key), cost: costOf(Number(logN), r, p) }
}

function costOf(logN: number, r: string | undefined, p: string | undefined): ScryptCost {
  return { logN, r: Number(r), p: Number(p) }
}
