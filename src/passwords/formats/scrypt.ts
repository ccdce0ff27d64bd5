import { scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Reading } from './formats.ts'

/** The cost in KiB times passes of argon2, measured side by side. */
const work = 120_000

const derive = promisify<string, string, number, ScryptOptions, Buffer>(scrypt)

// It takes 128 * N * r bytes, which is exactly Node's limit, and a little more.
const cost = { N: 16384, r: 16, p: 1, maxmem: 64 * 1024 * 1024 }

/**
 * Scrypt (RFC 7914) as better-auth writes it (`@better-auth/utils`, src/password.node.ts): a hexadecimal salt that is
 * used as text, a colon, and a key of 64 bytes. The password is normalized to NFKC.
 * @returns undefined for another format
 */
export function readScrypt(stored: string): Reading | undefined {
  const [, salt, key] = /^([0-9a-f]{32}):([0-9a-f]{128})$/.exec(stored) ?? []
  if (salt === undefined || key === undefined) return undefined
  const expected = Buffer.from(key, 'hex')
  return {
    scheme: 'scrypt',
    work,
    verify: async (typed) =>
      timingSafeEqual(await derive(typed.normalize('NFKC'), salt, expected.length, cost), expected),
  }
}
