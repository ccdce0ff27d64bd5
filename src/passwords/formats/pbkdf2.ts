import { pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { decodeBase64 } from '../../lib/base64.ts'
import type { Reading } from './formats.ts'

const derive = promisify(pbkdf2)

/** The supported digests. */
type Digest = 'sha1' | 'sha256' | 'sha512'

interface Pbkdf2 {
  digest: Digest
  rounds: number
  salt: Buffer
  key: Buffer
}

/**
 * The length of each digest in bytes, and the work and strength of a round in KiB times passes of argon2. The work was
 * measured side by side. The strength follows from OWASP, which considers 1,300,000, 600,000 and 210,000 rounds equal
 * to argon2id with 19456 KiB and two passes.
 */
const digests: Record<Digest, { length: number; workPerRound: number; strengthPerRound: number }> = {
  sha1: { length: 20, workPerRound: 0.35, strengthPerRound: 0.0299 },
  sha256: { length: 32, workPerRound: 0.35, strengthPerRound: 0.0648 },
  sha512: { length: 64, workPerRound: 0.8, strengthPerRound: 0.185 },
}

const maxRounds = 3_000_000

/**
 * Reads PBKDF2 (RFC 8018 5.2) in the formats that the documentation of Django ("Password management"), Werkzeug
 * (`generate_password_hash`) and passlib (`passlib.hash.pbkdf2_digest`) describes.
 * @param stored the hash in the database
 * @returns undefined for any other format
 */
export function readPbkdf2(stored: string): Reading | undefined {
  if (!/^(\$pbkdf2[$-]|pbkdf2[_:])/.test(stored)) return undefined
  const parts = readDjango(stored) ?? readWerkzeug(stored) ?? readPasslib(stored)
  if (parts?.salt === undefined || parts.key === undefined) {
    return 'is not a complete PBKDF2 hash in the format of Django, Werkzeug or passlib'
  }
  const { digest, rounds, salt, key } = parts
  const known = digestOf(digest)
  // All three store the whole digest.
  if (known === undefined || salt.length > 1024 || key.length !== digests[known].length) {
    return 'has a PBKDF2 salt or key of the wrong length for Django, Werkzeug or passlib'
  }
  return pbkdf2Hash({ digest: known, rounds, salt, key })
}

/** Makes a PBKDF2 hash from its parts, which each format writes differently. */
export function pbkdf2Hash({ digest, rounds, salt, key }: Pbkdf2): Reading {
  if (rounds > maxRounds) return `requires more than ${maxRounds} rounds of PBKDF2`
  const { length, workPerRound, strengthPerRound } = digests[digest]
  return {
    scheme: 'pbkdf2',
    // A key that is longer than the digest is computed in blocks. An attacker needs only one of them.
    work: workPerRound * rounds * Math.ceil(key.length / length),
    strength: strengthPerRound * rounds,
    verify: async (typed) => timingSafeEqual(await derive(typed, salt, rounds, key.length, digest), key),
  }
}

function digestOf(name: string): Digest | undefined {
  return name === 'sha1' || name === 'sha256' || name === 'sha512' ? name : undefined
}

/** In the format of Werkzeug, the salt is text and the key hexadecimal. */
function readWerkzeug(stored: string) {
  const [, digest, rounds, salt, key] =
    /^pbkdf2:(sha1|sha256|sha512):([1-9]\d*)\$([!-#%-~]+)\$((?:[0-9a-f]{2})+)$/.exec(stored) ?? []
  if (digest === undefined || salt === undefined || key === undefined) return undefined
  return { digest, rounds: Number(rounds), salt: Buffer.from(salt), key: Buffer.from(key, 'hex') }
}

/** In the format of Django, the salt is text and the key base64, which ends in one `=` for both digests. */
function readDjango(stored: string) {
  const [, digest, rounds, salt, key] =
    /^pbkdf2_(sha1|sha256)\$([1-9]\d*)\$([!-#%-~]+)\$([A-Za-z0-9+/]+)=$/.exec(stored) ?? []
  if (digest === undefined || salt === undefined || key === undefined) return undefined
  return { digest, rounds: Number(rounds), salt: Buffer.from(salt), key: decodeBase64(key) }
}

/** In the format of passlib, salt and key are base64 with `.` instead of `+`. */
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
