import { scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { decodeBase64 } from '../../lib/base64.ts'
import { isWithin } from './argon2.ts'
import type { Reading } from './formats.ts'

/** RFC 7914 2, with the binary logarithm of N. */
export interface ScryptCost {
  logN: number
  r: number
  p: number
}

/** The cost of a block in KiB times passes of argon2, measured side by side: all have N * r * p blocks. */
const workPerBlock = 0.46

/** OWASP recommends N = 2^14, r = 8, p = 5 in place of argon2id with 19456 KiB and two passes. */
const strengthPerBlock = 0.059

const maxMemory = 1024 * 1024 * 1024

const deriveKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

/**
 * Scrypt (RFC 7914) as better-auth, Werkzeug, Django and passlib write it.
 * @returns undefined for another format
 */
export function readScrypt(stored: string): Reading | undefined {
  const betterAuth = readBetterAuth(stored)
  if (betterAuth === undefined && !/^(scrypt[:$]|\$scrypt\$)/.test(stored)) return undefined
  const parts = betterAuth ?? readWerkzeug(stored) ?? readDjango(stored) ?? readPasslib(stored)
  const { salt, key, cost } = parts ?? {}
  const isWhole = cost !== undefined && Number.isInteger(cost.logN) && isWithin(salt, 1) && isWithin(key, 32)
  if (!isWhole) return 'is not a whole hash of scrypt, as Werkzeug, Django or passlib writes it'
  const prepare = (typed: string) => (betterAuth === undefined ? typed : typed.normalize('NFKC'))
  return (
    faultOfScryptCost(cost) ?? {
      scheme: 'scrypt',
      ...weighScrypt(cost),
      verify: async (typed) => timingSafeEqual(await deriveScrypt(prepare(typed), salt, key.length, cost), key),
    }
  )
}

export function faultOfScryptCost({ logN, r, p }: ScryptCost): string | undefined {
  const isWithinBounds = r >= 1 && r <= 64 && p >= 1 && p <= 64 && 128 * 2 ** logN * r <= maxMemory
  if (!isWithinBounds) return 'asks for more than 1048576 KiB of memory, or for r or p beyond 64'
  // RFC 7914 2; OpenSSL refuses others.
  return logN >= 1 && logN < 16 * r ? undefined : 'has a cost of scrypt that RFC 7914 excludes'
}

export function weighScrypt({ logN, r, p }: ScryptCost) {
  const blocks = 2 ** logN * r * p
  return { work: workPerBlock * blocks, strength: strengthPerBlock * blocks }
}

export function deriveScrypt(password: string, salt: Buffer, keyLength: number, { logN, r, p }: ScryptCost) {
  const N = 2 ** logN
  // What it takes is Node's limit exactly, and a little more.
  return deriveKey(password, salt, keyLength, { N, r, p, maxmem: 128 * r * (N + p) + 1024 * 1024 })
}

/**
 * `@better-auth/utils`, src/password.node.ts: a hexadecimal salt that is used as text, a colon, and a key of 64 bytes.
 * The password is normalized to NFKC.
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

/** Werkzeug's documentation, `generate_password_hash`: N, r and p before the salt, which is text. */
function readWerkzeug(stored: string) {
  const [, n, r, p, salt, key = ''] =
    /^scrypt:([1-9]\d*):([1-9]\d*):([1-9]\d*)\$([!-#%-~]+)\$([0-9a-f]{128})$/.exec(stored) ?? []
  if (salt === undefined) return undefined
  return { salt: Buffer.from(salt), key: Buffer.from(key, 'hex'), cost: costOf(Math.log2(Number(n)), r, p) }
}

/** Django's `ScryptPasswordHasher`: the salt, which is text, between N and r. */
function readDjango(stored: string) {
  const [, n, salt, r, p, key = ''] =
    /^scrypt\$([1-9]\d*)\$([!-#%-~]+)\$([1-9]\d*)\$([1-9]\d*)\$([A-Za-z0-9+/]{86})==$/.exec(stored) ?? []
  if (salt === undefined) return undefined
  return { salt: Buffer.from(salt), key: decodeBase64(key), cost: costOf(Math.log2(Number(n)), r, p) }
}

/** `passlib.hash.scrypt`. */
function readPasslib(stored: string) {
  const [, logN, r, p, salt = '', key = ''] =
    /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d*),p=([1-9]\d*)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/.exec(stored) ?? []
  if (logN === undefined) return undefined
  return { salt: decodeBase64(salt), key: decodeBase64(key), cost: costOf(Number(logN), r, p) }
}

function costOf(logN: number, r: string | undefined, p: string | undefined): ScryptCost {
  return { logN, r: Number(r), p: Number(p) }
}
