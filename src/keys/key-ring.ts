import { setTimeout } from 'node:timers/promises'
import type { Audit, Origin } from '../audit/index.ts'
import { unavailable } from '../errors/index.ts'
import { etagOf } from '../lib/etag.ts'
import type { JwtKey, JwtLibrary } from './jwt-library.ts'
import { jwksMaxAgeSeconds } from './key-pairs.ts'
import { createReportUnreadable } from './report-unreadable.ts'
import { describeKeys, type KeySource, type SigningKey, signingKeyAt } from './signing-keys.ts'

/** A key that signs and verifies. */
export interface HeldKey extends JwtKey {
  key: SigningKey
}

/** The published keys (RFC 7517 5), as a response. */
export interface Jwks {
  body: string
  etag: string
  /** In seconds. */
  maxAge: number
}

interface Dependencies {
  source: KeySource
  jwt: Pick<JwtLibrary, 'open'>
  /** Milliseconds since the epoch. */
  now: () => number
  audit: Pick<Audit, 'reportFinding'>
  /** The least time between reads that are caused by an unknown `kid`, in milliseconds. */
  unknownKeyMs: number
}

/** After this long keys are read again, so that a key that another instance revokes is soon rejected here. */
const maxAgeMs = 2000

/** More requests than these with an unknown `kid` do not wait for the next read: anybody can make one up. */
const maxWaitingForUnknown = 100

export type KeyRing = ReturnType<typeof createKeyRing>

/** The keys that this instance uses, in memory. */
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

  /** Reads the keys, once for all callers that wait. */
  function read(): Promise<void> {
    reading ??= readOnce().finally(() => {
      reading = undefined
    })
    return reading
  }

  /** Reads the keys and takes a rotation step that is due. Other callers go on with the present keys. */
  async function readAndAdvance() {
    await read()
    const step = source.advance()
    if (step === undefined) return
    await step
    await read()
  }

  /** A read that is under way may have started before what the caller looks for was written. */
  async function readAnew() {
    await reading?.catch(() => {})
    await read()
  }

  /** Waits for the next read that unknown keys cause, which all that look for one share. */
  async function lookForUnknown() {
    if (waitingForUnknown >= maxWaitingForUnknown) return
    waitingForUnknown++
    const dueInMs = Math.max(0, unknownKeyMs - Math.abs(now() - unknownReadAt))
    nextUnknownRead ??= setTimeout(dueInMs).then(() => {
      nextUnknownRead = undefined
      unknownReadAt = now()
      return readAnew()
    })
    await nextUnknownRead.finally(() => {
      waitingForUnknown--
    })
  }

  async function readOnce() {
    const time = now()
    const loaded = await source.load()
    const opened = (await Promise.all(loaded.map(hold))).filter((key) => key !== undefined)
    // These change together: no request sees a key that is not held yet.
    held = new Map(opened.map((one) => [one.key.kid, one]))
    keys = opened.map(({ key }) => key)
    jwks = toJwks(keys)
    readAt = time
  }

  /**
   * Opens a key once, and again when its private half, which could not be decrypted at first, can be.
   * @returns the key, which only verifies when its private half is invalid; undefined when no half can be read
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

  /** Also true when the clock has been set back. */
  function isOlderThan(milliseconds: number) {
    return Math.abs(now() - readAt) >= milliseconds
  }

  return {
    /** Reads the keys again if they are stale; otherwise the caller need not wait. */
    refreshIfStale: (): Promise<void> | undefined => (isOlderThan(maxAgeMs) ? readAndAdvance() : undefined),

    /** Whether a key still verifies. */
    has: (kid: string) => held.has(kid),

    /**
     * The keys by which a token may have been signed. One that is not known is waited for: another instance may just
     * have made it. Other programs that hold a shared secret need not know our name for it.
     * @param kid as it stands in the token
     */
    async find(kid: unknown): Promise<HeldKey[]> {
      if (kid === undefined) return [...held.values()].filter(({ key }) => key.alg === 'HS256')
      if (typeof kid !== 'string') return []
      if (!held.has(kid)) await lookForUnknown()
      const found = held.get(kid)
      return found === undefined ? [] : [found]
    },

    /**
     * The key that signs now.
     * @throws {ApiError} 503 when there is none
     */
    signing(): HeldKey {
      const key = signingKeyAt(keys, now())
      const found = key === undefined ? undefined : held.get(key.kid)
      if (found === undefined) throw unavailable(new Error('There is no key to sign with.'))
      return found
    },

    /** @throws {ApiError} 503 when there is no key, since other services would cache an empty set */
    jwks(): Jwks {
      if (keys.length === 0) throw unavailable(new Error('There is no key of ours.'))
      return jwks
    },

    /** Every key that verifies, the oldest first. */
    describe: () => describeKeys(keys, now()),

    /** Publishes the next key, or withdraws all of them. @throws {ApiError} 409 when the key is in the settings */
    async rotate(options: { now: boolean }, origin: Origin) {
      await (options.now ? source.rotateNow(origin) : source.rotate(origin))
      await readAnew()
    },
  }
}

function toJwks(keys: SigningKey[]): Jwks {
  const body = JSON.stringify({ keys: keys.flatMap(({ publicJwk }) => publicJwk ?? []) })
  return { body, etag: etagOf(body), maxAge: jwksMaxAgeSeconds }
}
