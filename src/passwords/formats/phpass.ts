import { hash, timingSafeEqual } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Reading } from './formats.ts'

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

// The last character carries two bits.
const form = /^\$[PH]\$([5-9A-Z])([./A-Za-z0-9]{8})([./A-Za-z0-9]{21}[./01])$/

/** The binary logarithm of the most rounds; WordPress has 13 and phpBB 11. */
const maxLogRounds = 18

/** The cost of a round in KiB times passes of argon2, measured side by side. */
const workPerRound = 2

/** Graphics cards compute a round of MD5 several times as fast as one of HMAC-SHA-1. */
const strengthPerRound = 0.005

/** Rounds after which other work has its turn, because Node computes them on the main thread: about a millisecond. */
const roundsPerTurn = 500

/**
 * The portable hashes of phpass (https://www.openwall.com/phpass/), which WordPress wrote before 6.8, and as `$H$` phpBB
 * before 3.1: iterated MD5.
 * @returns undefined for another format
 */
export function readPhpass(stored: string): Reading | undefined {
  if (!/^\$[PH]\$/.test(stored)) return undefined
  const [, logRounds, salt, key] = form.exec(stored) ?? []
  if (logRounds === undefined || salt === undefined || key === undefined) return 'is not a whole hash of phpass'
  if (alphabet.indexOf(logRounds) > maxLogRounds) return `asks for more than ${2 ** maxLogRounds} rounds of phpass`
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

/** Base64 of its own, with the lowest bits first. */
function encode(bytes: Buffer): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += 3) {
    const [low = 0, middle = 0, high = 0] = bytes.subarray(start, start + 3)
    const bits = low | (middle << 8) | (high << 16)
    for (const shift of [0, 6, 12, 18]) text += alphabet.charAt((bits >> shift) & 63)
  }
  return text.slice(0, Math.ceil((bytes.length * 8) / 6))
}
