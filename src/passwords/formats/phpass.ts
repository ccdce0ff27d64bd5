import { hash, timingSafeEqual } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Reading } from './formats.ts'

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

// The last character of the key carries only two bits.
const form = /^\$[PH]\$([5-9A-Z])([./A-Za-z0-9]{8})([./A-Za-z0-9]{21}[./01])$/

/** The binary logarithm of the maximum number of rounds. WordPress uses 13, phpBB 11. */
const maxLogRounds = 18

/** The work of a round, in KiB times passes of argon2, measured side by side. */
const workPerRound = 2

/** The strength of a round. Graphics cards compute a round of MD5 several times as fast as one of HMAC-SHA-1. */
const strengthPerRound = 0.005

/** Node computes the rounds on the main thread. After this many, about a millisecond, other work gets its turn. */
const roundsPerTurn = 500

/**
 * Reads the portable hashes of phpass (https://www.openwall.com/phpass/), which are iterated MD5. WordPress wrote them
 * before version 6.8, and phpBB before 3.1 with the prefix `$H$`.
 * @param stored the hash in the database
 * @returns undefined for any other format
 */
export function readPhpass(stored: string): Reading | undefined {
  if (!/^\$[PH]\$/.test(stored)) return undefined
  const [, logRounds, salt, key] = form.exec(stored) ?? []
  if (logRounds === undefined || salt === undefined || key === undefined) return 'is not a complete phpass hash'
  if (alphabet.indexOf(logRounds) > maxLogRounds) return `requires more than ${2 ** maxLogRounds} rounds of phpass`
  const rounds = 2 ** alphabet.indexOf(logRounds)
  return {
    scheme: 'phpass',
    work: workPerRound * rounds,
    strength: strengthPerRound * rounds,
    verify: async (typed) => timingSafeEqual(Buffer.from(await derive(typed, salt, rounds)), Buffer.from(key)),
  }
}

async function derive(password: string, salt: string, rounds: number): Promise<string> {
  const typed = Buffer.from(password)
  let digest = hash('md5', Buffer.concat([Buffer.from(salt), typed]), 'buffer')
  for (let round = 1; round <= rounds; round++) {
    digest = hash('md5', Buffer.concat([digest, typed]), 'buffer')
    if (round % roundsPerTurn === 0) await setImmediate()
  }
  return encode(digest)
}

/** Encodes in the base64 of phpass, which has an alphabet of its own and the lowest bits first. */
function encode(bytes: Buffer): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += 3) {
    const [low = 0, middle = 0, high = 0] = bytes.subarray(start, start + 3)
    const bits = low | (middle << 8) | (high << 16)
    for (const shift of [0, 6, 12, 18]) text += alphabet.charAt((bits >> shift) & 63)
  }
  return text.slice(0, Math.ceil((bytes.length * 8) / 6))
}
