import { type Audit, fromCommand, fromService } from '../audit/index.ts'
import type { Config } from '../config/index.ts'
import { StartError } from '../errors/index.ts'
import { columnsOf, type Reader, type SigningKeyRow, type StateTable, type Store } from '../store/index.ts'
import { type Algorithm, isKeyPairAlgorithm } from './algorithms.ts'
import { createKeyPairs, sealPurpose } from './key-pairs.ts'
import { createMasterKey, type MasterKey } from './master-key.ts'
import { type RevokedCounts, revokeEverything } from './revoke-everything.ts'
import { createSecrets } from './secrets.ts'
import { createSharedSecrets } from './shared-secrets.ts'
import type { KeySource } from './signing-keys.ts'

interface Dependencies {
  config: Config
  store: Store
  audit: Audit
  /** Whether the database is brought in line with the settings; otherwise they must be those of the service. */
  mayChange?: boolean
}

/** Whether keys are key pairs or shared secrets (HS256). Keys of one type never verify beside those of the other. */
type KeyType = 'asymmetric' | 'symmetric'

/** The plain text of a row by which a master key is recognized, with the labels that it is sealed under. */
const keyCheck = { purpose: 'check', context: 'master key', text: 'latchkey' }

/**
 * Reads the secrets at start, creates missing ones, and checks that they belong to this database. Brings the keys in
 * line with the settings: reseals what previous secrets sealed, starts a rotation for another algorithm, and revokes
 * every key for another type of algorithm.
 * @throws {StartError} when a secret is missing, or is not the one of this database
 */
export async function openKeys({
  config,
  store,
  audit,
  mayChange = true,
}: Dependencies): Promise<{ masterKey: MasterKey; source: KeySource }> {
  const { algorithm, accessTokenExpireMinutes, keyRotationDays: rotationDays, now } = config
  const keyType = keyTypeOf(algorithm)
  if (!mayChange) await requireKeyType(store, keyType)

  const secrets = createSecrets(config)
  const rows = await readKeys(store)
  const isNew = rows.length === 0 && (await readState(store, 'master_key')) === undefined
  const secret = await secrets.masterKey(isNew)
  const masterKey = createMasterKey(secret, config.masterKeyPrevious)
  if (!(await hasMadeDatabase(masterKey, store, rows))) {
    throw new StartError([
      'MASTER_KEY is not the one that this database was made with. Give the former one, as MASTER_KEY or in ' +
        'MASTER_KEY_PREVIOUS. If it is lost or has leaked, "latchkey keys reset" starts anew: it ends every session ' +
        'and keeps the accounts.',
    ])
  }
  if (mayChange) {
    await reseal(store, masterKey, rows)
    const withdrawn = await adoptKeyType(store, keyType)
    if (withdrawn.length > 0) {
      await audit.report({ event: 'signing_keys_revoked', origin: fromService, details: { withdrawn } })
    }
  } else if (!(await isMasterKeyOf(store, createMasterKey(secret)))) {
    throw new StartError(['The service has not been started with this MASTER_KEY yet. Start it first.'])
  }
  const isCurrent = createIsCurrent(keyType, masterKey)
  if (!isKeyPairAlgorithm(algorithm)) {
    const source = createSharedSecrets(await secrets.secretKey(), config.secretKeyPrevious)
    return { masterKey, source: whileCurrent(source, { isCurrent, store, audit }) }
  }

  const tokenLifetimeSeconds = accessTokenExpireMinutes * 60
  const alg = mayChange ? algorithm : (newestAlgorithm(rows) ?? algorithm)
  const source = createKeyPairs({ store, masterKey, alg, tokenLifetimeSeconds, rotationDays, now, audit, isCurrent })
  if (mayChange) {
    await store.write((db) =>
      db
        .updateTable('signing_keys')
        .set({ token_lifetime_seconds: tokenLifetimeSeconds })
        .where('token_lifetime_seconds', '<', tokenLifetimeSeconds)
        .execute(),
    )
    await source.adoptAlgorithm()
  }
  return { masterKey, source: whileCurrent(source, { isCurrent, store, audit }) }
}

/**
 * Adopts the configured master key after the previous one has leaked or is lost: ends every session, revokes every key
 * and every mailed link.
 */
export async function resetKeys({
  config,
  store,
  audit,
}: Pick<Dependencies, 'config' | 'store' | 'audit'>): Promise<RevokedCounts> {
  const masterKey = createMasterKey(await createSecrets(config).masterKey(true))
  if (await isMasterKeyOf(store, masterKey)) {
    throw new StartError([
      'MASTER_KEY is still the one of this database. Set another one, or move data/master.key away, and run this ' +
        'again.',
    ])
  }
  return store.write(async (db) => {
    // This comes first, since every change of keys locks this row.
    await db.deleteFrom('state').where('name', '=', 'master_key').execute()
    await db.insertInto('state').values(checkRow(masterKey)).execute()
    // The keys of these counters depend on the master key.
    await db.deleteFrom('throttles').execute()
    await audit.record(db, { event: 'keys_reset', origin: fromCommand })
    return revokeEverything(db)
  })
}

export function keyTypeOf(algorithm: Algorithm): KeyType {
  return isKeyPairAlgorithm(algorithm) ? 'asymmetric' : 'symmetric'
}

async function isMasterKeyOf(store: Store, masterKey: MasterKey) {
  return isOpenedBy(masterKey, await readState(store, 'master_key'))
}

/** @param sealed the check value in the database, if there is one */
export function isOpenedBy(masterKey: MasterKey, sealed = '') {
  return masterKey.open(keyCheck.purpose, keyCheck.context, sealed) === keyCheck.text
}

function newestAlgorithm(rows: SigningKeyRow[]) {
  const alg = rows.at(-1)?.alg
  return alg !== undefined && isKeyPairAlgorithm(alg) ? alg : undefined
}

/** Whether the configured master key, or a previous one, belongs to a database. No key is created. */
export async function hasKeyOf({ config, store }: Pick<Dependencies, 'config' | 'store'>): Promise<boolean> {
  const secret = await createSecrets(config).findMasterKey()
  return (
    secret !== undefined &&
    hasMadeDatabase(createMasterKey(secret, config.masterKeyPrevious), store, await readKeys(store))
  )
}

async function hasMadeDatabase(masterKey: MasterKey, store: Store, rows: SigningKeyRow[]): Promise<boolean> {
  if (rows.some(({ kid, private_sealed: sealed }) => masterKey.open(sealPurpose, kid, sealed) === undefined)) {
    return false
  }
  // When several instances start at once, one of them writes it.
  await store.write((db) =>
    db
      .insertInto('state')
      .values(checkRow(masterKey))
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  )
  return isMasterKeyOf(store, masterKey)
}

function checkRow(masterKey: MasterKey): StateTable {
  return { name: 'master_key', value: masterKey.seal(keyCheck.purpose, keyCheck.context, keyCheck.text) }
}

/** Seals with the present master key what a previous one sealed. */
async function reseal(store: Store, masterKey: MasterKey, rows: SigningKeyRow[]) {
  const keys = rows.flatMap(({ kid, private_sealed: sealed }) => {
    const resealed = masterKey.reseal(sealPurpose, kid, sealed)
    return resealed === undefined ? [] : [{ kid, sealed, resealed }]
  })
  const state = (await readState(store, 'master_key')) ?? ''
  const resealedState = masterKey.reseal(keyCheck.purpose, keyCheck.context, state)
  if (keys.length === 0 && resealedState === undefined) return
  await store.write(async (db) => {
    for (const { kid, sealed, resealed } of keys) {
      await db
        .updateTable('signing_keys')
        .set({ private_sealed: resealed })
        .where('kid', '=', kid)
        .where('private_sealed', '=', sealed)
        .execute()
    }
    if (resealedState !== undefined) {
      await db
        .updateTable('state')
        .set({ value: resealedState })
        .where('name', '=', 'master_key')
        .where('value', '=', state)
        .execute()
    }
  })
}

/**
 * Makes this type the one that signs. Keys of the other type are revoked at once, on every instance.
 * @returns the `kid` of each revoked key
 */
async function adoptKeyType(store: Store, keyType: KeyType): Promise<string[]> {
  return store.write(async (db) => {
    await db
      .insertInto('state')
      .values({ name: 'key_type', value: keyType })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const [previous] = await store.lock(db.selectFrom('state').select('value').where('name', '=', 'key_type')).execute()
    const isOurs = previous?.value === keyType
    if (!isOurs) await db.updateTable('state').set({ value: keyType }).where('name', '=', 'key_type').execute()
    // With a shared secret no key is in the database; before key types were recorded, there could be some.
    if (isOurs && keyType === 'asymmetric') return []
    const keys = await db.selectFrom('signing_keys').select('kid').execute()
    await db.deleteFrom('signing_keys').execute()
    return keys.map(({ kid }) => kid)
  })
}

/** @throws {StartError} when keys of the other type sign, or none yet */
async function requireKeyType(store: Store, keyType: KeyType) {
  const storedType = await readState(store, 'key_type')
  if (storedType === keyType) return
  if (storedType === undefined) {
    throw new StartError(['No service has been started with this database yet. Start it once.'])
  }
  const [is, must] = keyType === 'asymmetric' ? ['not HS256', 'HS256'] : ['HS256', 'another one']
  throw new StartError([
    `ALGORITHM is ${is}, and the service was last started with ${must}. Give the settings of the service.`,
  ])
}

/** Keys that are valid until an instance starts to sign with the other type, or with another master key. */
function whileCurrent(source: KeySource, { isCurrent, store, audit }: CurrentCheck): KeySource {
  let isOurs = true
  return {
    ...source,
    advance: () => (isOurs ? source.advance() : undefined),
    async load() {
      const wasOurs = isOurs
      isOurs = await store.read(isCurrent)
      if (wasOurs && !isOurs) audit.reportFinding({ event: 'keys_changed_elsewhere' })
      return isOurs ? source.load() : []
    },
  }
}

interface CurrentCheck extends Pick<Dependencies, 'store' | 'audit'> {
  isCurrent: (db: Reader) => Promise<boolean>
}

/** Whether the keys in the database are of this type, and of this master key or a previous one. */
function createIsCurrent(keyType: KeyType, masterKey: MasterKey) {
  return async (db: Reader) => {
    const rows = await db.selectFrom('state').select(columnsOf.state).execute()
    const valueOf = (name: StateTable['name']) => rows.find((row) => row.name === name)?.value
    return valueOf('key_type') === keyType && isOpenedBy(masterKey, valueOf('master_key'))
  }
}

function readKeys(store: Store): Promise<SigningKeyRow[]> {
  return store.read((db) =>
    db.selectFrom('signing_keys').select(columnsOf.signing_keys).orderBy('generation').execute(),
  )
}

function readState(store: Store, name: StateTable['name']) {
  return store.read(async (db: Reader) => {
    const row = await db.selectFrom('state').select('value').where('name', '=', name).executeTakeFirst()
    return row?.value
  })
}
