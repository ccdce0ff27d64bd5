import { createHash } from 'node:crypto'
import type { Origin } from '../audit/index.ts'
import { unavailable } from '../errors/index.ts'
import type { JwtLibrary } from './jwt-library.ts'
import { jwksMaxAge } from './key-pairs.ts'
import { describeKeys, type KeySource, type SigningKey, signingKeyAt } from './signing-keys.ts'

/** A key with what it does. */
export interface HeldKey {
  key: SigningKey
  sign: (claims: object) => string
  verify: (token: string) => unknown
}

/** The keys that are published (RFC 7517 5), as they are sent. */
export interface Jwks {
  body: string
  etag: string
  /** Seconds that it may be kept. */
  maxAge: number
}

interface Dependencies {
  source: KeySource
  jwt: Pick<JwtLibrary, 'createSigner' | 'createVerifier'>
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Milliseconds after which the keys are read again: what another instance withdraws is refused here soon after. */
const freshness = 2000

/** Milliseconds between reads for the sake of a `kid` that nobody knows. */
const curiosity = 1000

export type KeyRing = ReturnType<typeof createKeyRing>

/** The keys in the hands of this instance. */
export function createKeyRing({ source, jwt, now }: Dependencies) {
  let held = new Map<string, HeldKey>()
  let keys: SigningKey[] = []
  let jwks: Jwks = toJwks([])
  let readAt = -Infinity
  let curiousAt = -Infinity
  let reading: Promise<void> | undefined

  /** Of those who want it at once, one reads. */
  function read(): Promise<void> {
    reading ??= readOnce().finally(() => {
      reading = undefined
    })
    return reading
  }

  /** Who finds a step due does it; the others go on with what there is. */
  async function readAndAdvance() {
    await read()
    const step = source.advance()
    if (step === undefined) return
    await step
    await read()
  }

  async function readOnce() {
    const time = now()
    keys = await source.load()
    held = new Map(keys.map((key) => [key.kid, hold(key, held.get(key.kid))]))
    jwks = toJwks(keys)
    readAt = time
  }

  /** Signers and verifiers outlive the reading, and no longer than their key. */
  function hold(key: SigningKey, former: HeldKey | undefined): HeldKey {
    return former === undefined ? { key, sign: signerOf(key), verify: jwt.createVerifier(key) } : { ...former, key }
  }

  /** Built when it is first needed; most keys only verify. */
  function signerOf(key: SigningKey) {
    let sign: ((claims: object) => string) | undefined
    return (claims: object) => {
      if (key.privateKey === undefined) throw new Error(`The private key of ${key.kid} cannot be read.`)
      sign ??= jwt.createSigner({ ...key, privateKey: key.privateKey })
      return sign(claims)
    }
  }

  /** A clock that was set back counts, too. */
  function isOlderThan(milliseconds: number) {
    return Math.abs(now() - readAt) >= milliseconds
  }

  return {
    /** Has the keys read again when they are no longer fresh; otherwise nobody has to wait. */
    freshen: (): Promise<void> | undefined => (isOlderThan(freshness) ? readAndAdvance() : undefined),

    /** Whether a key still verifies. */
    has: (kid: string) => held.has(kid),

    /**
     * The keys by which a token may have been signed. One that is not known is looked for, at most
     * once a second. Other programs that hold a shared secret need not know our name for it.
     * @param kid as it stands in the token
     */
    async find(kid: unknown): Promise<HeldKey[]> {
      if (kid === undefined) return [...held.values()].filter(({ key }) => key.alg === 'HS256')
      if (typeof kid !== 'string') return []
      if (!held.has(kid) && Math.abs(now() - curiousAt) >= curiosity) {
        curiousAt = now()
        await read()
      }
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

    /** @throws {ApiError} 503 when there is nothing to tell, which others would keep */
    jwks(): Jwks {
      if (keys.length === 0) throw unavailable(new Error('There is no key of ours.'))
      return jwks
    },

    /** Every key that verifies, the oldest first. */
    describe: () => describeKeys(keys, now()),

    /** Publishes the next key, or withdraws all of them. @throws {ApiError} 409 when the key is in the settings */
    async rotate(options: { now: boolean }, origin: Origin) {
      await (options.now ? source.rotateNow(origin) : source.rotate(origin))
      // One that is under way may have read too early.
      await reading?.catch(() => {})
      await read()
    },
  }
}

function toJwks(keys: SigningKey[]): Jwks {
  const body = JSON.stringify({ keys: keys.flatMap(({ publicJwk }) => publicJwk ?? []) })
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"`, maxAge: jwksMaxAge }
}
