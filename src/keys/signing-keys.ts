import type { Origin } from '../audit/index.ts'
import type { Algorithm, PublicJwk } from './algorithms.ts'

/** A key that signs access tokens, in the formats that JWT libraries accept. Times are milliseconds since the epoch. */
export interface SigningKey {
  kid: string
  alg: Algorithm
  /** PKCS #8 in PEM, or the shared secret; undefined when it cannot be read, so that the key can only verify. */
  privateKey: string | undefined
  /** SPKI in PEM, or the shared secret. */
  publicKey: string
  /** The key in the JWKS; undefined for a shared secret. */
  publicJwk: PublicJwk | undefined
  createdAt: number | undefined
  /** The time from which the key signs. */
  signsAt: number
  /** The time from which the next key signs; undefined when there is no next key. */
  retiresAt: number | undefined
  /** The time at which the key is removed: two hours after its last token has expired. */
  removedAt: number | undefined
}

/**
 * The stage of a key in the rotation. A `published` key does not sign yet, so that verifiers have time to fetch it. A
 * `retired` key no longer signs, but its tokens are valid until they expire.
 */
export type Stage = 'published' | 'signing' | 'retired'

/** Loads and rotates the keys. */
export interface KeySource {
  /** @returns the keys that verify, oldest first */
  load: () => Promise<SigningKey[]>
  /**
   * Takes the rotation step that was due when the keys were loaded. Requests that only need a key do not wait for it,
   * because it may wait for the database.
   * @returns undefined when no step is due, or when one is already in progress
   */
  advance: () => Promise<void> | undefined
  /** Publishes the next key unless one is published already. It signs once verifiers have had time to fetch it. */
  rotate: (origin: Origin) => Promise<void>
  /** Revokes all keys at once and signs with a new one. */
  rotateNow: (origin: Origin) => Promise<void>
}

/**
 * Finds the key that signs: the newest one whose time has come. If the clock is wrong and there is none, the oldest
 * usable key signs.
 * @param keys all keys, oldest first
 * @param time milliseconds since the epoch
 */
export function signingKeyAt(keys: SigningKey[], time: number): SigningKey | undefined {
  return (
    keys.findLast(({ signsAt, privateKey }) => signsAt <= time && privateKey !== undefined) ??
    keys.find(({ privateKey }) => privateKey !== undefined)
  )
}

function stageOf(key: SigningKey, keys: SigningKey[], time: number): Stage {
  const signing = signingKeyAt(keys, time)
  if (signing === key) return 'signing'
  return signing === undefined || keys.indexOf(key) > keys.indexOf(signing) ? 'published' : 'retired'
}

/**
 * Describes keys with their stages and times (ISO 8601) for administrators.
 * @param keys all keys, oldest first
 * @param time the current time, in milliseconds since the epoch
 */
export function describeKeys(keys: SigningKey[], time: number) {
  return keys.map((key) => ({
    kid: key.kid,
    alg: key.alg,
    stage: stageOf(key, keys, time),
    created_at: isoOf(key.createdAt),
    signs_at: key.createdAt === undefined ? null : isoOf(key.signsAt),
    retires_at: isoOf(key.retiresAt),
    removed_at: isoOf(key.removedAt),
  }))
}

function isoOf(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString()
}
