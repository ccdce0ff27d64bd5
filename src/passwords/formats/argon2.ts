import argon2 from 'argon2'
import { decodeBase64 } from '../../lib/base64.ts'
import type { Reading } from './formats.ts'

const schemes = ['argon2id', 'argon2i', 'argon2d'] as const

// Version 16 is older than the RFC, and the oldest hashes do not name it. Django writes a prefix.
const header = /\$(argon2(?:id|i|d))\$(?:v=1[69]\$)?m=([1-9]\d*),t=([1-9]\d*),p=([1-9]\d*)/.source
const saltAndKey = /\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)/.source
const form = new RegExp(`^(?:argon2)?(${header}${saltAndKey})$`)

/**
 * What it costs to start a thread, in KiB times passes, measured side by side. With several lanes each pass starts
 * a thread for each lane four times, which costs more than the hashing where there is little memory.
 */
const workPerThread = 45

/** The cost of a hash, in KiB times passes of one lane. */
export function argon2Work({ memoryKib, passes, lanes }: { memoryKib: number; passes: number; lanes: number }) {
  return passes * (memoryKib + (lanes === 1 ? 0 : 4 * lanes * workPerThread))
}

/** What an attacker pays, who starts no threads: KiB times passes. */
export function argon2Strength({ memoryKib, passes }: { memoryKib: number; passes: number }) {
  return passes * memoryKib
}

/**
 * Argon2 (RFC 9106) as its reference implementation writes it, to which Django's documentation
 * ("Password management") adds `argon2` in front.
 * @returns undefined for another format
 */
export function readArgon2(stored: string): Reading | undefined {
  if (!/^(argon2)?\$argon2/.test(stored)) return undefined
  const [, phc = '', name = '', ...rest] = form.exec(stored) ?? []
  const scheme = schemes.find((scheme) => scheme === name)
  const [memoryKib = 0, passes = 0, lanes = 0] = rest.slice(0, 3).map(Number)
  const [salt, key] = rest.slice(3).map(decodeBase64)
  // The library takes 8 bytes of salt and 8 KiB for each lane; RFC 9106 4 has keys of 16 bytes and more.
  const isWhole = isWithin(salt, 8) && isWithin(key, 16) && memoryKib >= 8 * lanes
  if (scheme === undefined || !isWhole) return 'is not a whole hash of argon2'
  if (memoryKib > 1048576 || passes > 100 || lanes > 16) {
    return 'asks for more than 1048576 KiB of memory, 100 passes or 16 lanes'
  }
  const cost = { memoryKib, passes, lanes }
  return {
    scheme,
    work: argon2Work(cost),
    strength: argon2Strength(cost),
    verify: (typed) => argon2.verify(phc, typed),
  }
}

/** Whether salt or key have at least that many bytes, and at most 1 KiB. */
export function isWithin(bytes: Buffer | undefined, minLength: number): bytes is Buffer {
  return bytes !== undefined && bytes.length >= minLength && bytes.length <= 1024
}
