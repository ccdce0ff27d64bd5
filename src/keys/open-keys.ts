import { join } from 'node:path'
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
  /** Whether the keys in the database may be adapted to the settings. If not, they must match the settings already. */
  mayChange?: boolean
}

/** Key pairs or shared secrets (HS256). Keys of both types never verify at the same time. */
type KeyType = 'asymmetric' | 'symmetric'

/** A known text that is stored encrypted, so that a wrong master key is recognized. */
const keyCheck = { purpose: 'check', context: 'master key', text: 'latchkey' }

/**
 * Reads the secrets at start, creates missing ones, and checks that they belong to this database. Then it adapts the
 * keys to the settings. It encrypts under the current master key what a previous one encrypted, starts a rotation when
 * the algorithm has changed, and revokes all keys when the key type has changed.
 * @throws {StartError} when a secret is missing or does not belong to this database
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

  const rows = await readKeys(store)
  const { secret, masterKey } = await readMasterKey({ config, store }, rows)
  if (mayChange) {
    await reseal(store, masterKey, rows)
    const withdrawn = await adoptKeyType(store, keyType)
    if (withdrawn.length > 0) {
      await audit.report({ event: 'signing_keys_revoked', origin: fromService, details: { withdrawn } })
    }
  } else await requireStartWith(store, secret)
  const isCurrent = createIsCurrent(keyType, masterKey)
  if (!isKeyPairAlgorithm(algorithm)) {
    const source = createSharedSecrets(await createSecrets(config).secretKey(), config.secretKeyPrevious)
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
 * Opens the master key for a command that needs no other key, and creates one for a new database.
 * @throws {StartError} when it is missing or does not belong to this database
 */
export async function openMasterKey(database: Pick<Dependencies, 'config' | 'store'>): Promise<MasterKey> {
  const { secret, masterKey } = await readMasterKey(database, await readKeys(database.store))
  await requireStartWith(database.store, secret)
  return masterKey
}

async function readMasterKey({ config, store }: Pick<Dependencies, 'config' | 'store'>, rows: SigningKeyRow[]) {
  const isNew = rows.length === 0 && (await readState(store, 'master_key')) === undefined
  const secrets = createSecrets(config)
  const secret = await secrets.masterKey(isNew)
  const masterKey = createMasterKey(secret, config.masterKeyPrevious)
  if (!(await belongsToDatabase(masterKey, store, rows))) {
    const unused = await secrets.findUnusedMasterKey()
    if (unused !== undefined && (await isMasterKeyOf(store, createMasterKey(unused)))) {
      throw new StartError([
        `MASTER_KEY is not the one that this database was made with. It takes precedence over ` +
          `${join(config.dataDir, 'master.key')}, which has the right key. Unset MASTER_KEY.`,
      ])
    }
    throw new StartError([
      'MASTER_KEY is not the one that this database was made with. Set that one as MASTER_KEY, or add it to ' +
        'MASTER_KEY_PREVIOUS. If it is lost or has leaked, run "latchkey keys reset" to adopt a new one. This keeps ' +
        'the accounts and ends all sessions.',
    ])
  }
  return { secret, masterKey }
}

/** A command must not encrypt under a key that the running service does not know yet. */
async function requireStartWith(store: Store, secret: string) {
  if (await isMasterKeyOf(store, createMasterKey(secret))) return
  throw new StartError([
    'The service has not been started with this MASTER_KEY yet. Start the service, then run this command again.',
  ])
}

/**
 * Adopts the configured master key after the previous one has leaked or is lost. It ends all sessions, and revokes all
 * signing keys and all e-mailed links. Second factors stay, although their secrets can no longer be decrypted:
 * without them, a stolen password would be enough.
 * @returns the numbers of what was ended, revoked and deleted
 * @throws {StartError} when the configured master key is still the one of the database
 */
export async function resetKeys({
  config,
  store,
  audit,
}: Pick<Dependencies, 'config' | 'store' | 'audit'>): Promise<RevokedCounts> {
  const masterKey = await requireNewMasterKey({ config, store })
  return store.write(async (db) => {
    // This comes first, because every change of keys locks this row.
    await db.deleteFrom('state').where('name', '=', 'master_key').execute()
    await db.insertInto('state').values(checkRow(masterKey)).execute()
    // The names of these counters are MACs under the previous master key.
    await db.deleteFrom('throttles').execute()
    await audit.record(db, { event: 'keys_reset', origin: fromCommand })
    return revokeEverything(db, config.now())
  })
}

/**
 * Reads the configured master key, or creates one, before it replaces the one of the database.
 * @throws {StartError} when it is still the one of the database
 */
export async function requireNewMasterKey({
  config,
  store,
}: Pick<Dependencies, 'config' | 'store'>): Promise<MasterKey> {
  const masterKey = createMasterKey(await createSecrets(config).masterKey(true))
  if (!(await isMasterKeyOf(store, masterKey))) return masterKey
  throw new StartError([
    'MASTER_KEY is still the one that this database was made with. Set a new one, or move data/master.key away, ' +
      'then run this command again.',
  ])
}

/** The type of the keys that an algorithm needs. */
export function keyTypeOf(algorithm: Algorithm): KeyType {
  return isKeyPairAlgorithm(algorithm) ? 'asymmetric' : 'symmetric'
}

async function isMasterKeyOf(store: Store, masterKey: MasterKey) {
  return isOpenedBy(masterKey, await readState(store, 'master_key'))
}

/**
 * Whether a master key, or a previous one, is the one of a database.
 * @param masterKey the master key to check
 * @param sealed the encrypted check text in the database, if there is one
 */
export function isOpenedBy(masterKey: MasterKey, sealed = '') {
  return masterKey.open(keyCheck.purpose, keyCheck.context, sealed) === keyCheck.text
}

function newestAlgorithm(rows: SigningKeyRow[]) {
  const alg = rows.at(-1)?.alg
  return alg !== undefined && isKeyPairAlgorithm(alg) ? alg : undefined
}

/** Whether the configured master key, or a previous one, belongs to a database. It creates no key. */
export async function hasKeyOf({ config, store }: Pick<Dependencies, 'config' | 'store'>): Promise<boolean> {
  const secret = await createSecrets(config).findMasterKey()
  return (
    secret !== undefined &&
    belongsToDatabase(createMasterKey(secret, config.masterKeyPrevious), store, await readKeys(store))
  )
}

/** Whether a master key belongs to a database. A database without a check text gets one. */
async function belongsToDatabase(masterKey: MasterKey, store: Store, rows: SigningKeyRow[]): Promise<boolean> {
  if (rows.some(({ kid, private_sealed: sealed }) => masterKey.open(sealPurpose, kid, sealed) === undefined)) {
    return false
  }
  // When several instances start at the same time, the first one writes the row.
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

/** Encrypts under the current master key what a previous one encrypted. */
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
 * Adopts a key type for all instances. Keys of the other type are revoked at once.
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
    // A shared secret is not in the database. Key pairs may remain from versions that did not record the key type.
    if (isOurs && keyType === 'asymmetric') return []
    const keys = await db.selectFrom('signing_keys').select('kid').execute()
    await db.deleteFrom('signing_keys').execute()
    return keys.map(({ kid }) => kid)
  })
}

/** @throws {StartError} when the service uses keys of the other type, or has never been started */
async function requireKeyType(store: Store, keyType: KeyType) {
  const storedType = await readState(store, 'key_type')
  if (storedType === keyType) return
  if (storedType === undefined) {
    throw new StartError([
      'The service has not been started with this database yet. Start the service, then run this command again.',
    ])
  }
  const [configured, expected] = keyType === 'asymmetric' ? ['not HS256', 'HS256'] : ['HS256', 'another algorithm']
  throw new StartError([
    `ALGORITHM is ${configured}, but the service was last started with ${expected}. ` +
      'Run this command with the settings of the service.',
  ])
}

/** Keys that are valid until another instance adopts another key type or master key. */
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

/** Checks that the keys in the database have this type, and belong to this master key or a previous one. */
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
