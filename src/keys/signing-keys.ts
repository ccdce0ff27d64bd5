import type { Origin } from '../audit/index.ts'
import type { Algorithm, PublicJwk } from './algorithms.ts'

/** A key that signs access tokens, in the forms that JWT libraries take. Times are milliseconds since the epoch. */
export interface SigningKey {
  kid: string
  alg: Algorithm
  /** PKCS #8 in PEM, or the shared secret; undefined where it cannot be read, so that it only verifies. */
  privateKey: string | undefined
  /** SPKI in PEM, or the shared secret. */
  publicKey: string
  /** As it is published; a shared secret never is. */
  publicJwk: PublicJwk | undefined
  createdAt: number | undefined
  /** From when on it signs. */
  signsAt: number
  /** From when on the next one signs in its place; undefined while there is none. */
  retiresAt: number | undefined
  /** Two hours after the last token that it signed has expired. */
  removedAt: number | undefined
}

/** `published`: waits until everybody knows it. `retired`: verifies what it signed, until that has expired. */
export type Stage = 'published' | 'signing' | 'retired'

/** Where the keys are, and how they change. */
export interface KeySource {
  /** @returns the keys that verify, the oldest first */
  load: () => Promise<SigningKey[]>
  /**
   * Does the step of the rotation that was due when the keys were loaded. It may have to wait, so that
   * nobody should wait for it who only wants a key.
   * @returns undefined when none is due, or it is being done already
   */
  advance: () => Promise<void> | undefined
  /** Publishes the next key, if none waits already; it signs once every verifier has had time to learn of it. */
  rotate: (origin: Origin) => Promise<void>
  /** Withdraws every key at once, and signs with a new one. */
  rotateNow: (origin: Origin) => Promise<void>
}

/** The newest whose time has come; whatever the clock says, one signs. */
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

/** Keys for whoever looks after them: what they are called and when they do what, in ISO 8601. */
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
