import { type Audit, fromCommand, fromService } from '../audit/index.ts'
import type { Config } from '../config/index.ts'
import { StartError } from '../errors/index.ts'
import type { Reader, SigningKeyRow, StateTable, Store } from '../store/index.ts'
import { type Algorithm, isKeyPairAlgorithm } from './algorithms.ts'
import { createKeyPairs, sealPurpose } from './key-pairs.ts'
import { createMasterKey, type MasterKey } from './master-key.ts'
import { type Ended, revokeEverything } from './revoke-everything.ts'
import { createSecrets } from './secrets.ts'
import { createSharedSecrets } from './shared-secrets.ts'
import type { KeySource } from './signing-keys.ts'

interface Dependencies {
  config: Config
  store: Store
  audit: Audit
  /** Whether what is asked for in the settings is brought about; otherwise they must be those of the service. */
  mayChange?: boolean
}

/** Keys of one family never verify beside those of the other. */
type Family = 'asymmetric' | 'symmetric'

/** What a row of the database that the master key opens proves. */
const check = { purpose: 'check', context: 'master key', text: 'latchkey' }

/**
 * Finds out at start what the secrets are, and whether they are those of this database; makes what
 * is missing; and brings the keys in line with the settings: what former secrets sealed is sealed
 * anew, another algorithm begins a rotation, and the other family of algorithms withdraws every key.
 * @throws {StartError} when a secret is missing, or is not the one of this database
 */
export async function openKeys({
  config,
  store,
  audit,
  mayChange = true,
}: Dependencies): Promise<{ masterKey: MasterKey; source: KeySource }> {
  const { algorithm, accessTokenExpireMinutes, keyRotationDays: rotationDays, now } = config
  const family = familyOf(algorithm)
  if (!mayChange) await demandFamily(store, family)

  const secrets = createSecrets(config)
  const rows = await readKeys(store)
  const isNew = rows.length === 0 && (await readState(store, 'master_key')) === undefined
  const secret = await secrets.masterKey(isNew)
  const masterKey = createMasterKey(secret, config.masterKeyPrevious)
  if (!(await hasMadeDatabase(masterKey, store, rows))) {
    throw new StartError([
      'MASTER_KEY is not the one that this database was made with. Give the former one, as MASTER_KEY or in MASTER_KEY_PREVIOUS. If it is lost or has leaked, "latchkey keys reset" starts anew: it ends every session and keeps the accounts.',
    ])
  }
  if (mayChange) {
    await sealAnew(store, masterKey, rows)
    const withdrawn = await adoptFamily(store, family)
    if (withdrawn.length > 0) {
      await audit.report({ event: 'signing_keys_revoked', origin: fromService, details: { withdrawn } })
    }
  } else if (!(await isMasterKeyOf(store, createMasterKey(secret)))) {
    throw new StartError(['The service has not been started with this MASTER_KEY yet. Start it first.'])
  }
  const isReigning = createIsReigning(family, masterKey)
  if (!isKeyPairAlgorithm(algorithm)) {
    const source = createSharedSecrets(await secrets.secretKey(), config.secretKeyPrevious)
    return { masterKey, source: whileReigning(source, { isReigning, store, audit }) }
  }

  const tokenLife = accessTokenExpireMinutes * 60
  const alg = mayChange ? algorithm : (newestAlgorithm(rows) ?? algorithm)
  const source = createKeyPairs({ store, masterKey, alg, tokenLife, rotationDays, now, audit, isReigning })
  if (mayChange) {
    await store.write((db) =>
      db
        .updateTable('signing_keys')
        .set({ token_lifetime_seconds: tokenLife })
        .where('token_lifetime_seconds', '<', tokenLife)
        .execute(),
    )
    await source.adoptAlgorithm()
  }
  return { masterKey, source: whileReigning(source, { isReigning, store, audit }) }
}

/**
 * After a master key has leaked or is lost: ends every session, withdraws every key and every link
 * that was mailed, for the master key that is set now.
 */
export async function resetKeys({
  config,
  store,
  audit,
}: Pick<Dependencies, 'config' | 'store' | 'audit'>): Promise<Ended> {
  const masterKey = createMasterKey(await createSecrets(config).masterKey(true))
  if (await isMasterKeyOf(store, masterKey)) {
    throw new StartError([
      'MASTER_KEY is still the one of this database. Set another one, or move data/master.key away, and run this again.',
    ])
  }
  return store.write(async (db) => {
    // First: whoever changes keys holds this row meanwhile.
    await db.deleteFrom('state').where('name', '=', 'master_key').execute()
    await db.insertInto('state').values(checkRow(masterKey)).execute()
    // What names and networks are counted by comes from the master key.
    await db.deleteFrom('throttles').execute()
    await audit.record(db, { event: 'keys_reset', origin: fromCommand })
    return revokeEverything(db)
  })
}

export function familyOf(algorithm: Algorithm): Family {
  return isKeyPairAlgorithm(algorithm) ? 'asymmetric' : 'symmetric'
}

async function isMasterKeyOf(store: Store, masterKey: MasterKey) {
  return isOpenedBy(masterKey, await readState(store, 'master_key'))
}

/** @param sealed the check in the database, if there is one */
export function isOpenedBy(masterKey: MasterKey, sealed = '') {
  return masterKey.open(check.purpose, check.context, sealed) === check.text
}

function newestAlgorithm(rows: SigningKeyRow[]) {
  const alg = rows.at(-1)?.alg
  return alg !== undefined && isKeyPairAlgorithm(alg) ? alg : undefined
}

/** Whether the master key that is set, or a former one, is that of a database; none is made. */
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
  // Of several that start at once, one writes it.
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
  return { name: 'master_key', value: masterKey.seal(check.purpose, check.context, check.text) }
}

/** What a former master key sealed. */
async function sealAnew(store: Store, masterKey: MasterKey, rows: SigningKeyRow[]) {
  const keys = rows.flatMap(({ kid, private_sealed: sealed }) => {
    const anew = masterKey.reseal(sealPurpose, kid, sealed)
    return anew === undefined ? [] : [{ kid, sealed, anew }]
  })
  const state = (await readState(store, 'master_key')) ?? ''
  const stateAnew = masterKey.reseal(check.purpose, check.context, state)
  if (keys.length === 0 && stateAnew === undefined) return
  await store.write(async (db) => {
    for (const { kid, sealed, anew } of keys) {
      await db
        .updateTable('signing_keys')
        .set({ private_sealed: anew })
        .where('kid', '=', kid)
        .where('private_sealed', '=', sealed)
        .execute()
    }
    if (stateAnew !== undefined) {
      await db
        .updateTable('state')
        .set({ value: stateAnew })
        .where('name', '=', 'master_key')
        .where('value', '=', state)
        .execute()
    }
  })
}

/**
 * Makes ours the family that signs. The keys of another one are withdrawn at once, everywhere.
 * @returns the `kid` of each of these
 */
async function adoptFamily(store: Store, family: Family): Promise<string[]> {
  return store.write(async (db) => {
    await db
      .insertInto('state')
      .values({ name: 'key_type', value: family })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const [former] = await store.lock(db.selectFrom('state').select('value').where('name', '=', 'key_type')).execute()
    const isOurs = former?.value === family
    if (!isOurs) await db.updateTable('state').set({ value: family }).where('name', '=', 'key_type').execute()
    // Under a shared secret there is no key in the database, nor was there one before families were told apart.
    if (isOurs && family === 'asymmetric') return []
    const keys = await db.selectFrom('signing_keys').select('kid').execute()
    await db.deleteFrom('signing_keys').execute()
    return keys.map(({ kid }) => kid)
  })
}

/** @throws {StartError} when another family signs, or none yet */
async function demandFamily(store: Store, family: Family) {
  const reigning = await readState(store, 'key_type')
  if (reigning === family) return
  if (reigning === undefined) {
    throw new StartError(['No service has been started with this database yet. Start it once.'])
  }
  const [is, must] = family === 'asymmetric' ? ['not HS256', 'HS256'] : ['HS256', 'another one']
  throw new StartError([
    `ALGORITHM is ${is}, and the service was last started with ${must}. Give the settings of the service.`,
  ])
}

/** Keys that count for as long as nobody has begun to sign with the other family, or with another master key. */
function whileReigning(source: KeySource, { isReigning, store, audit }: Reign): KeySource {
  let isOurs = true
  return {
    ...source,
    advance: () => (isOurs ? source.advance() : undefined),
    async load() {
      const wasOurs = isOurs
      isOurs = await store.read(isReigning)
      if (wasOurs && !isOurs) audit.reportFinding({ event: 'keys_changed_elsewhere' })
      return isOurs ? source.load() : []
    },
  }
}

interface Reign extends Pick<Dependencies, 'store' | 'audit'> {
  isReigning: (db: Reader) => Promise<boolean>
}

/** Whether what is in the database is of this family, and of this master key or a former one. */
function createIsReigning(family: Family, masterKey: MasterKey) {
  return async (db: Reader) => {
    const rows = await db.selectFrom('state').selectAll().execute()
    const valueOf = (name: StateTable['name']) => rows.find((row) => row.name === name)?.value
    return valueOf('key_type') === family && isOpenedBy(masterKey, valueOf('master_key'))
  }
}

function readKeys(store: Store): Promise<SigningKeyRow[]> {
  return store.read((db) => db.selectFrom('signing_keys').selectAll().orderBy('generation').execute())
}

function readState(store: Store, name: StateTable['name']) {
  return store.read(async (db: Reader) => {
    const row = await db.selectFrom('state').select('value').where('name', '=', name).executeTakeFirst()
    return row?.value
  })
}
