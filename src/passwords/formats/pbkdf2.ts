import { pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { decodeBase64 } from '../../lib/base64.ts'
import type { Reading } from './formats.ts'

const derive = promisify(pbkdf2)

/**
 * In bytes: both systems store the whole digest. The cost of a round is in KiB times passes of argon2, measured side
 * by side.
 */
const digests = new Map([
  ['sha1', { keyLength: 20, workPerRound: 0.35 }],
  ['sha256', { keyLength: 32, workPerRound: 0.35 }],
  ['sha512', { keyLength: 64, workPerRound: 0.8 }],
])

const maxRounds = 3_000_000

/**
 * PBKDF2 (RFC 8018 5.2) in the forms that Django's documentation ("Password management") and
 * passlib's (`passlib.hash.pbkdf2_digest`) give.
 * @returns undefined for another format
 */
export function readPbkdf2(stored: string): Reading | undefined {
  if (!/^(\$pbkdf2[$-]|pbkdf2_)/.test(stored)) return undefined
  const parts = readDjango(stored) ?? readPasslib(stored)
  if (parts?.salt === undefined || parts.key === undefined) {
    return 'is not a whole hash of PBKDF2, as Django or passlib writes it'
  }
  const { digest, rounds, salt, key } = parts
  const { keyLength, workPerRound } = digests.get(digest) ?? { keyLength: -1, workPerRound: 0 }
  if (salt.length > 1024 || key.length !== keyLength) {
    return 'has a PBKDF2 salt or key of another length than Django or passlib writes'
  }
  if (rounds > maxRounds) return `asks for more than ${maxRounds} rounds of PBKDF2`
  return {
    scheme: 'pbkdf2',
    work: workPerRound * rounds,
    verify: async (typed) => timingSafeEqual(await derive(typed, salt, rounds, key.length, digest), key),
  }
}

/** The salt is text; both keys happen to end in one `=`. */
function readDjango(stored: string) {
  const [, digest, rounds, salt, key] =
    /^pbkdf2_(sha1|sha256)\$([1-9]\d*)\$([!-#%-~]+)\$([A-Za-z0-9+/]+)=$/.exec(stored) ?? []
  if (digest === undefined || salt === undefined || key === undefined) return undefined
  return { digest, rounds: Number(rounds), salt: Buffer.from(salt), key: decodeBase64(key) }
}

/** Its base64 has `.` in place of `+`. */
function readPasslib(stored: string) {
  const [, digest = 'sha1', rounds, salt, key] =
    /^\$pbkdf2(?:-(sha256|sha512))?\$([1-9]\d*)\$([A-Za-z0-9+./]+)\$([A-Za-z0-9+./]+)$/.exec(stored) ?? []
  if (salt === undefined || key === undefined) return undefined
  return {
    digest,
    rounds: Number(rounds),
    salt: decodeBase64(salt.replaceAll('.', '+')),
    key: decodeBase64(key.replaceAll('.', '+')),
  }
}
