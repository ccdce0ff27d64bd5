import { pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { decodeBase64 } from '../../lib/base64.ts'
import type { Reading } from './formats.ts'

const derive = promisify(pbkdf2)

/** The only ones that are read. */
type Digest = 'sha1' | 'sha256' | 'sha512'

interface Pbkdf2 {
  digest: Digest
  rounds: number
  salt: Buffer
  key: Buffer
}

/**
 * The length of a digest is in bytes. The cost of a round is in KiB times passes of argon2, measured side by side; its
 * strength as OWASP has it, with 1,300,000, 600,000 and 210,000 rounds in place of 19456 KiB and two passes.
 */
const digests: Record<Digest, { length: number; workPerRound: number; strengthPerRound: number }> = {
  sha1: { length: 20, workPerRound: 0.35, strengthPerRound: 0.0299 },
  sha256: { length: 32, workPerRound: 0.35, strengthPerRound: 0.0648 },
  sha512: { length: 64, workPerRound: 0.8, strengthPerRound: 0.185 },
}

const maxRounds = 3_000_000

/**
 * PBKDF2 (RFC 8018 5.2) in the forms that Django's documentation ("Password management"), Werkzeug's
 * (`generate_password_hash`) and passlib's (`passlib.hash.pbkdf2_digest`) give.
 * @returns undefined for another format
 */
export function readPbkdf2(stored: string): Reading | undefined {
  if (!/^(\$pbkdf2[$-]|pbkdf2[_:])/.test(stored)) return undefined
  const parts = readDjango(stored) ?? readWerkzeug(stored) ?? readPasslib(stored)
  if (parts?.salt === undefined || parts.key === undefined) {
    return 'is not a whole hash of PBKDF2, as Django, Werkzeug or passlib writes it'
  }
  const { digest, rounds, salt, key } = parts
  const known = digestOf(digest)
  // All of them store the whole digest.
  if (known === undefined || salt.length > 1024 || key.length !== digests[known].length) {
    return 'has a PBKDF2 salt or key of another length than Django, Werkzeug or passlib writes'
  }
  return pbkdf2Hash({ digest: known, rounds, salt, key })
}

/** A hash of PBKDF2, whatever form it was read from. */
export function pbkdf2Hash({ digest, rounds, salt, key }: Pbkdf2): Reading {
  if (rounds > maxRounds) return `asks for more than ${maxRounds} rounds of PBKDF2`
  const { length, workPerRound, strengthPerRound } = digests[digest]
  return {
    scheme: 'pbkdf2',
    // A longer key is computed in blocks, of which an attacker needs one.
    work: workPerRound * rounds * Math.ceil(key.length / length),
    strength: strengthPerRound * rounds,
    verify: async (typed) => timingSafeEqual(await derive(typed, salt, rounds, key.length, digest), key),
  }
}

function digestOf(name: string): Digest | undefined {
  return name === 'sha1' || name === 'sha256' || name === 'sha512' ? name : undefined
}

/** The salt is text, the key hexadecimal. */
function readWerkzeug(stored: string) {
  const [, digest, rounds, salt, key] =
    /^pbkdf2:(sha1|sha256|sha512):([1-9]\d*)\$([!-#%-~]+)\$((?:[0-9a-f]{2})+)$/.exec(stored) ?? []
  if (digest === undefined || salt === undefined || key === undefined) return undefined
  return { digest, rounds: Number(rounds), salt: Buffer.from(salt), key: Buffer.from(key, 'hex') }
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
