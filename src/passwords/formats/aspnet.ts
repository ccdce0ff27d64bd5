import { decodeBase64 } from '../../lib/base64.ts'
import { isWithin } from './argon2.ts'
import type { Reading } from './formats.ts'
import { pbkdf2Hash } from './pbkdf2.ts'

/** The digests of version 3, by their number in a hash. */
const digests = ['sha1', 'sha256', 'sha512'] as const

/** The bytes of the key in both versions. Without this check a truncated hash would be accepted. */
const keyLength = 32

/** Version 2 always has 1000 rounds of HMAC-SHA-1. */
const versionTwo = { saltLength: 16, rounds: 1000 }

/**
 * Reads a hash of ASP.NET Identity, as its `PasswordHasher` documents it. It is base64 of the version, the salt and a
 * key of PBKDF2. Version 3 also has four bytes each for the digest, the rounds and the length of the salt, before the
 * salt.
 * @param stored the hash in the database
 * @returns undefined for any other format
 */
export function readAspNet(stored: string): Reading | undefined {
  if (!/^A[A-Za-z0-9+/]{60,}={0,2}$/.test(stored) || stored.length % 4 !== 0) return undefined
  const bytes = decodeBase64(stored.replace(/=+$/, ''))
  const { saltLength, rounds } = versionTwo
  if (bytes?.[0] === 0 && bytes.length === 1 + saltLength + keyLength) {
    return pbkdf2Hash({
      digest: 'sha1',
      rounds,
      salt: bytes.subarray(1, 1 + saltLength),
      key: bytes.subarray(-keyLength),
    })
  }
  if (bytes?.[0] !== 1) return undefined
  const digest = digests[bytes.readUInt32BE(1)]
  const keyStart = 13 + bytes.readUInt32BE(9)
  const [salt, key] = [bytes.subarray(13, keyStart), bytes.subarray(keyStart)]
  if (digest === undefined || bytes.readUInt32BE(5) === 0 || !isWithin(salt, 16) || key.length !== keyLength) {
    return 'is not a complete ASP.NET Identity hash'
  }
  return pbkdf2Hash({ digest, rounds: bytes.readUInt32BE(5), salt, key })
}
