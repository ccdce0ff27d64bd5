import argon2 from 'argon2'
import { decodeBase64 } from '../../lib/base64.ts'
import type { Reading } from './formats.ts'

const schemes = ['argon2id', 'argon2i', 'argon2d'] as const

// Version 16 precedes RFC 9106, and the oldest hashes of it do not state their version. Django adds a prefix.
const header = /\$(argon2(?:id|i|d))\$(?:v=1[69]\$)?m=([1-9]\d*),t=([1-9]\d*),p=([1-9]\d*)/.source
const saltAndKey = /\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)/.source
const form = new RegExp(`^(?:argon2)?(${header}${saltAndKey})$`)

/**
 * The cost of starting a thread, in KiB times passes, measured side by side. With several lanes, each pass starts a
 * thread for each lane four times. With little memory that costs more than the hashing.
 */
const workPerThread = 45

/** The cost of computing a hash, in KiB times passes of one lane. */
export function argon2Work({ memoryKib, passes, lanes }: { memoryKib: number; passes: number; lanes: number }) {
  return passes * (memoryKib + (lanes === 1 ? 0 : 4 * lanes * workPerThread))
}

/** The cost of a guess to an attacker, who starts no threads, in KiB times passes. */
export function argon2Strength({ memoryKib, passes }: { memoryKib: number; passes: number }) {
  return passes * memoryKib
}

/**
 * Reads argon2 (RFC 9106) in the format of the reference implementation. Django adds the prefix `argon2` (its
 * documentation, "Password management").
 * @param stored the hash in the database
 * @returns undefined for any other format
 */
export function readArgon2(stored: string): Reading | undefined {
  if (!/^(argon2)?\$argon2/.test(stored)) return undefined
  const [, phc = '', name = '', ...rest] = form.exec(stored) ?? []
  const scheme = schemes.find((scheme) => scheme === name)
  const [memoryKib = 0, passes = 0, lanes = 0] = rest.slice(0, 3).map(Number)
  const [salt, key] = rest.slice(3).map(decodeBase64)
  // The library requires a salt of 8 bytes and 8 KiB for each lane. RFC 9106 4 recommends keys of 16 bytes or more.
  const isComplete = isWithin(salt, 8) && isWithin(key, 16) && memoryKib >= 8 * lanes
  if (scheme === undefined || !isComplete) return 'is not a complete argon2 hash'
  if (memoryKib > 1048576 || passes > 100 || lanes > 16) {
    return 'requires more than 1048576 KiB of memory, 100 passes or 16 lanes'
  }
  const cost = { memoryKib, passes, lanes }
  return {
    scheme,
    work: argon2Work(cost),
    strength: argon2Strength(cost),
    verify: (typed) => argon2.verify(phc, typed),
  }
}

/**
 * Whether the length of a salt or key is accepted.
 * @param bytes the salt or key; undefined when it could not be decoded
 * @param minLength the least number of bytes; the greatest is 1 KiB
 */
export function isWithin(bytes: Buffer | undefined, minLength: number): bytes is Buffer {
  return bytes !== undefined && bytes.length >= minLength && bytes.length <= 1024
}
