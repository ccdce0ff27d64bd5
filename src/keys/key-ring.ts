import { setTimeout } from 'node:timers/promises'
import type { Audit, Origin } from '../audit/index.ts'
import { unavailable } from '../errors/index.ts'
import { etagOf } from '../lib/etag.ts'
import type { JwtKey, JwtLibrary } from './jwt-library.ts'
import { jwksMaxAgeSeconds } from './key-pairs.ts'
import { createReportUnreadable } from './report-unreadable.ts'
import { describeKeys, type KeySource, type SigningKey, signingKeyAt } from './signing-keys.ts'

/** A parsed key. */
export interface HeldKey extends JwtKey {
  key: SigningKey
}

/** The published keys (RFC 7517 5), ready to be sent as a response. */
export interface Jwks {
  body: string
  etag: string
  /** The time for which the response may be cached, in seconds. */
  maxAge: number
}

interface Dependencies {
  source: KeySource
  jwt: Pick<JwtLibrary, 'open'>
  /** Milliseconds since the epoch. */
  now: () => number
  audit: Pick<Audit, 'reportFinding'>
  /** The minimum time between reads that are caused by an unknown `kid`, in milliseconds. */
  unknownKeyMs: number
}

/** Keys are read again after this long, so that a key that another instance has revoked is soon rejected here. */
const maxAgeMs = 2000

/** Limits the requests that wait because of an unknown `kid`, since an attacker can invent any number of these. */
const maxWaitingForUnknown = 100

export type KeyRing = ReturnType<typeof createKeyRing>

/** The keys that this instance uses, kept in memory. */
export function createKeyRing({ source, jwt, now, audit, unknownKeyMs }: Dependencies) {
  const reportUnreadable = createReportUnreadable(audit)
  /** Private keys that could not be parsed, by `kid`. They are not parsed again. */
  const invalidPrivateKeys = new Map<string, string>()
  let held = new Map<string, HeldKey>()
  let keys: SigningKey[] = []
  let jwks: Jwks = toJwks([])
  let readAt = -Infinity
  let unknownReadAt = -Infinity
  let nextUnknownRead: Promise<void> | undefined
  let waitingForUnknown = 0
  let reading: Promise<void> | undefined

  /** Reads the keys. Callers that arrive during a read share it. */
  function read(): Promise<void> {
    reading ??= readOnce().finally(() => {
      reading = undefined
    })
    return reading
  }

  /** Reads the keys and takes the rotation step that is due. Other callers continue with the current keys meanwhile. */
  async function readAndAdvance() {
    await read()
    const step = source.advance()
    if (step === undefined) return
    await step
    await read()
  }

  /** Waits for a read in progress, which may have started too early to see a recent change, then reads the keys. */
  async function readLatest() {
    await reading?.catch(() => {})
    await read()
  }

  /** Waits for the next read that is caused by unknown keys. All requests with an unknown key share it. */
  async function lookForUnknown() {
    if (waitingForUnknown >= maxWaitingForUnknown) return
    waitingForUnknown++
    const dueInMs = Math.max(0, unknownKeyMs - Math.abs(now() - unknownReadAt))
    nextUnknownRead ??= setTimeout(dueInMs).then(() => {
      nextUnknownRead = undefined
      unknownReadAt = now()
      return readLatest()
    })
    await nextUnknownRead.finally(() => {
      waitingForUnknown--
    })
  }

  async function readOnce() {
    const time = now()
    const loaded = await source.load()
    const opened = (await Promise.all(loaded.map(hold))).filter((key) => key !== undefined)
    // These change in the same turn, so that no request sees a key that has not been opened yet.
    held = new Map(opened.map((one) => [one.key.kid, one]))
    keys = opened.map(({ key }) => key)
    jwks = toJwks(keys)
    readAt = time
  }

  /**
   * Opens a key once, and again when its private half could not be decrypted at first but now can be.
   * @returns the key, which only verifies when its private half is invalid; undefined when neither half can be read
   */
  async function hold(loaded: SigningKey): Promise<HeldKey | undefined> {
    const { kid } = loaded
    const isInvalid = invalidPrivateKeys.get(kid) === loaded.privateKey
    const key = isInvalid ? { ...loaded, privateKey: undefined } : loaded
    const present = held.get(kid)
    const isComplete = present?.key.privateKey !== undefined || key.privateKey === undefined
    if (present !== undefined && isComplete) return { ...present, key }
    try {
      return { ...(await jwt.open(key)), key }
    } catch {
      reportUnreadable(kid, key.privateKey === undefined ? 'public' : 'private')
      if (key.privateKey === undefined) return undefined
      invalidPrivateKeys.set(kid, key.privateKey)
      return hold(loaded)
    }
  }

  /** Whether the last read is older than this. Also true after the clock was set back. */
  function isOlderThan(milliseconds: number) {
    return Math.abs(now() - readAt) >= milliseconds
  }

  return {
    /** Reads the keys again if they are stale. Otherwise it returns undefined, and the caller need not wait. */
    refreshIfStale: (): Promise<void> | undefined => (isOlderThan(maxAgeMs) ? readAndAdvance() : undefined),

    /** Whether a key with this `kid` currently verifies. */
    has: (kid: string) => held.has(kid),

    /**
     * Finds the keys that may have signed a token. An unknown `kid` makes the caller wait for the next read, because
     * another instance may just have created the key. Without a `kid`, shared secrets are tried, since other programs
     * that have the secret do not know its `kid`.
     * @param kid the `kid` in the token's header, of any type
     */
    async find(kid: unknown): Promise<HeldKey[]> {
      if (kid === undefined) return [...held.values()].filter(({ key }) => key.alg === 'HS256')
      if (typeof kid !== 'string') return []
      if (!held.has(kid)) await lookForUnknown()
      const found = held.get(kid)
      return found === undefined ? [] : [found]
    },

    /**
     * Returns the key that currently signs.
     * @throws {ApiError} 503 when there is none
     */
    signing(): HeldKey {
      const key = signingKeyAt(keys, now())
      const found = key === undefined ? undefined : held.get(key.kid)
      if (found === undefined) throw unavailable(new Error('There is no signing key.'))
      return found
    },

    /**
     * Returns the published keys.
     * @throws {ApiError} 503 when there is no key, because other services would cache an empty set
     */
    jwks(): Jwks {
      if (keys.length === 0) throw unavailable(new Error('There is no key to publish.'))
      return jwks
    },

    /** Describes all keys that verify, oldest first. */
    describe: () => describeKeys(keys, now()),

    /**
     * Rotates the signing keys.
     * @param options.now whether to revoke all keys at once and sign with a new one, instead of publishing the next key
     * @param origin the origin of the action, for the audit log
     * @throws {ApiError} 409 `key_in_settings` with HS256; 503 when another instance has taken over the keys
     */
    async rotate(options: { now: boolean }, origin: Origin) {
      await (options.now ? source.rotateNow(origin) : source.rotate(origin))
      await readLatest()
    },
  }
}

function toJwks(keys: SigningKey[]): Jwks {
  const body = JSON.stringify({ keys: keys.flatMap(({ publicJwk }) => publicJwk ?? []) })
  return { body, etag: etagOf(body), maxAge: jwksMaxAgeSeconds }
}
