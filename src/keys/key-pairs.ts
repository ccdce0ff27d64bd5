import { createPublicKey } from 'node:crypto'
import { type Audit, fromService, type Origin } from '../audit/index.ts'
import { unavailable } from '../errors/index.ts'
import { dayMs } from '../lib/time.ts'
import { columnsOf, type Reader, type SigningKeyRow, type Store, type Writer } from '../store/index.ts'
import { type KeyPair, type KeyPairAlgorithm, makeKeyPair, type PublicJwk } from './algorithms.ts'
import type { MasterKey } from './master-key.ts'
import { createReportUnreadable } from './report-unreadable.ts'
import type { KeySource, SigningKey } from './signing-keys.ts'

/** The time for which other services may cache the published keys. */
export const jwksMaxAgeSeconds = 600

/**
 * The time from the publication of a key until it signs. A verifier that fetched the keys just before the publication
 * fetches them again within one max-age. The second max-age allows for differing clocks.
 */
const publicationLeadMs = 2 * jwksMaxAgeSeconds * 1000

/** A key is kept for this long after its last token has expired, so that a clock that is briefly wrong removes none. */
const retentionMarginMs = 2 * 60 * 60 * 1000

const retryDelayMs = 60_000

/** The label of the key derivation for encrypted private keys. */
export const sealPurpose = 'signing keys'

interface Dependencies {
  store: Store
  masterKey: MasterKey
  /** The algorithm of new keys. Existing keys of other algorithms stay in use. */
  alg: KeyPairAlgorithm
  /** The lifetime of access tokens. */
  tokenLifetimeSeconds: number
  /** The time for which a key signs before the next one replaces it. */
  rotationDays: number
  /** Milliseconds since the epoch. */
  now: () => number
  audit: Audit
  /** Whether the keys in the database still have this instance's key type and master key. */
  isCurrent: (db: Reader) => Promise<boolean>
}

/**
 * The key pairs in the database, and their staged rotation. The stage of a key follows from the rows and the time
 * alone. A key is *published* when it is created, *signs* from `signs_at` until the next key does, and is *removed*
 * two hours after the last token that it signed has expired. Any number of instances may share the keys. When several
 * see that a step is due, one of them takes it.
 */
export function createKeyPairs({
  store,
  masterKey,
  alg,
  tokenLifetimeSeconds,
  rotationDays,
  now,
  audit,
  isCurrent,
}: Dependencies) {
  const reportUnreadable = createReportUnreadable(audit)
  const known = new Map<string, Pick<SigningKey, 'publicKey' | 'publicJwk' | 'privateKey'>>()
  let loaded: SigningKeyRow[] = []
  let stepping: Promise<void> | undefined
  let failedAt = -Infinity

  async function load(): Promise<SigningKey[]> {
    const before = loaded
    loaded = await store.read((db) => rowsOf(db).execute())
    // Keys that another instance or a command has revoked. A key that is about to be removed does not count, since the
    // clock of another instance may be ahead.
    const revoked = before.filter(
      (row) => !loaded.some(({ kid }) => kid === row.kid) && !isRemovable(row, before, now() + publicationLeadMs),
    )
    if (revoked.length > 0) audit.reportFinding({ event: 'keys_withdrawn', kids: revoked.map(({ kid }) => kid) })
    return toKeys(loaded)
  }

  function advance() {
    const isWaitingToRetry = Math.abs(now() - failedAt) < retryDelayMs
    if (stepping !== undefined || isWaitingToRetry || !isStepDue(loaded)) return undefined
    stepping = takeStep(loaded)
      .catch((cause) => {
        failedAt = now()
        audit.reportFinding({ event: 'key_rotation_failed', err: cause })
      })
      .finally(() => {
        stepping = undefined
      })
    return stepping
  }

  async function takeStep(rows: SigningKeyRow[]) {
    if (isNextDue(rows)) await publish(isNextDue, fromService)
    const removable = rows.filter((row) => isRemovable(row, rows)).map(({ kid }) => kid)
    if (removable.length === 0) return
    await store.write(async (db) => {
      for (const kid of removable) {
        const { numDeletedRows } = await db.deleteFrom('signing_keys').where('kid', '=', kid).executeTakeFirstOrThrow()
        if (numDeletedRows === 1n) {
          await audit.record(db, { event: 'key_removed', origin: fromService, details: { kid } })
        }
      }
    })
  }

  /**
   * Creates and publishes a key.
   * @param isWanted checked while no other instance can change keys: whether a key should still be published
   * @param origin the origin of the action, for the audit log
   */
  async function publish(isWanted: (rows: SigningKeyRow[]) => boolean, origin: Origin) {
    const pair = await makeKeyPair(alg)
    await changeAlone(async (db, rows) => {
      if (!isWanted(rows)) return
      // The first key can sign immediately, because no verifier has cached an older key set.
      const signsAt = rows.length === 0 ? now() : now() + publicationLeadMs
      await db
        .insertInto('signing_keys')
        .values(toRow(pair, rows, signsAt))
        .execute()
      await audit.record(db, {
        event: 'key_published',
        origin,
        details: { kid: pair.kid, alg, signs_at: new Date(signsAt).toISOString() },
      })
    })
  }

  function toRow({ kid, publicJwk, privatePem }: KeyPair, rows: SigningKeyRow[], signsAt: number): SigningKeyRow {
    return {
      kid,
      generation: (rows.at(-1)?.generation ?? 0) + 1,
      alg,
      public_jwk: JSON.stringify(publicJwk),
      private_sealed: masterKey.seal(sealPurpose, kid, privatePem),
      created_at: now(),
      signs_at: signsAt,
      token_lifetime_seconds: tokenLifetimeSeconds,
    }
  }

  function isStepDue(rows: SigningKeyRow[]) {
    return isNextDue(rows) || rows.some((row) => isRemovable(row, rows))
  }

  /** Whether the newest key will have signed for `rotationDays` by the time that a new one can sign. */
  function isNextDue(rows: SigningKeyRow[]) {
    const newest = rows.at(-1)
    return (
      newest === undefined ||
      newest.signs_at + rotationDays * dayMs - publicationLeadMs <= now() ||
      isTooFarAhead(newest)
    )
  }

  /** Whether a key was created while the clock was far ahead, so that it would not sign for a long time. */
  function isTooFarAhead({ signs_at: signsAt }: SigningKeyRow) {
    return signsAt > now() + publicationLeadMs + retentionMarginMs
  }

  function isWaiting(rows: SigningKeyRow[]) {
    const newest = rows.at(-1)
    return newest !== undefined && newest.signs_at > now() && !isTooFarAhead(newest)
  }

  function isRemovable(row: SigningKeyRow, rows: SigningKeyRow[], time = now()) {
    const { removedAt } = endsOf(row, rows)
    return removedAt !== undefined && removedAt <= time
  }

  function toKeys(rows: SigningKeyRow[]) {
    const usable = rows.filter((row) => !isRemovable(row, rows))
    for (const kid of known.keys()) {
      if (!usable.some((row) => row.kid === kid)) known.delete(kid)
    }
    return usable.flatMap((row) => {
      try {
        return [toKey(row, usable)]
      } catch {
        reportUnreadable(row.kid, 'public')
        return []
      }
    })
  }

  /** @throws {Error} when the public key is invalid */
  function toKey(row: SigningKeyRow, rows: SigningKeyRow[]): SigningKey {
    const { kid, created_at: createdAt, signs_at: signsAt } = row
    let key = known.get(kid)
    if (key === undefined) {
      const publicJwk: PublicJwk = JSON.parse(row.public_jwk)
      const publicKey = createPublicKey({ key: publicJwk, format: 'jwk' })
        .export({ type: 'spki', format: 'pem' })
        .toString()
      key = { publicJwk, publicKey, privateKey: masterKey.open(sealPurpose, kid, row.private_sealed) }
      // A private key that cannot be decrypted is not remembered: it may be encrypted again under another master key.
      if (key.privateKey === undefined) reportUnreadable(kid, 'private')
      else known.set(kid, key)
    }
    return { kid, alg: key.publicJwk?.alg ?? alg, createdAt, signsAt, ...key, ...endsOf(row, rows) }
  }

  /**
   * Changes keys while no other instance can.
   * @returns undefined, without a change, when another instance has adopted another key type or master key
   */
  function changeAlone<T>(change: (db: Writer, rows: SigningKeyRow[]) => Promise<T>): Promise<T | undefined> {
    return store.write(async (db) => {
      await store.lock(db.selectFrom('state').select('value').orderBy('name')).execute()
      return (await isCurrent(db)) ? change(db, await rowsOf(db).execute()) : undefined
    })
  }

  return {
    load,

    advance,

    rotate: (origin) => publish((rows) => !isWaiting(rows), origin),

    async rotateNow(origin) {
      const pair = await makeKeyPair(alg)
      const isDone = await changeAlone(async (db, rows) => {
        await db.deleteFrom('signing_keys').execute()
        await db
          .insertInto('signing_keys')
          .values(toRow(pair, rows, now()))
          .execute()
        await audit.record(db, {
          event: 'signing_keys_revoked',
          origin,
          details: { kid: pair.kid, withdrawn: rows.map(({ kid }) => kid) },
        })
        return true
      })
      if (isDone === undefined) throw unavailable(new Error('Another instance has taken over the signing keys.'))
    },

    /** Publishes the first key, or the next one when the newest has another algorithm. */
    adoptAlgorithm: () => publish((rows) => rows.at(-1)?.alg !== alg, fromService),
  } satisfies KeySource & Record<string, unknown>
}

/**
 * Determines when a key stops signing, and when it is removed.
 * @param row the key
 * @param rows all keys
 * @returns milliseconds since the epoch; undefined while there is no newer key
 */
export function endsOf(row: SigningKeyRow, rows: SigningKeyRow[]) {
  const newer = rows.filter(({ generation }) => generation > row.generation)
  if (newer.length === 0) return { retiresAt: undefined, removedAt: undefined }
  const retiresAt = Math.min(...newer.map(({ signs_at: signsAt }) => signsAt))
  return { retiresAt, removedAt: retiresAt + row.token_lifetime_seconds * 1000 + retentionMarginMs }
}

function rowsOf(db: Reader) {
  return db.selectFrom('signing_keys').select(columnsOf.signing_keys).orderBy('generation')
}
