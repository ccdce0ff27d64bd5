import { join } from 'node:path'
import { type Config, isStrongSecret, secretCommand, secretWarnings } from '../../config/index.ts'
import { StartError } from '../../errors/index.ts'
import {
  createMasterKey,
  createSecrets,
  endsOf,
  isOpenedBy,
  keyTypeOf,
  type MasterKey,
  sealPurpose,
} from '../../keys/index.ts'
import { dayMs } from '../../lib/time.ts'
import { columnsOf } from '../../store/index.ts'
import { nameOfMasterKey, sqlitePathOf } from '../database.ts'
import { fault, type CheckResult, note, ok, orOk, warning } from './check-result.ts'
import type { Examined, Installation } from './machine.ts'

/** Checks the secrets in files. Those in settings are checked with the settings. */
export async function checkSecrets({ settings, config }: Installation): Promise<CheckResult[]> {
  const { masterKey, secretKey } = createSecrets(config)
  const [master, secret] = await Promise.all(
    [masterKey(false), secretKey(false)].map((reading) => reading.catch(() => undefined)),
  )
  const files = {
    ...(settings.masterKey === undefined ? { 'master.key': master } : {}),
    ...(settings.secretKey === undefined ? { 'secret.key': secret } : {}),
  }
  const weak = Object.entries(files).filter(([, value]) => value !== undefined && !isStrongSecret(value))
  return orOk(
    [
      ...weak.map(([name]) =>
        fault(
          `The secret in ${config.dataDir}/${name} is too short, repetitive or published. Latchkey did not create it.`,
          `Replace it as described in docs/operations/keys-and-secrets.md. Create a new secret with: ${secretCommand}`,
        ),
      ),
      ...secretWarnings(config).map((message) =>
        warning(
          `${message}.`,
          'Put it in quotes wherever it is set, and choose one without white space at the next change.',
        ),
      ),
      ...(settings.secretKey !== undefined && config.algorithm !== 'HS256'
        ? [
            note(
              `SECRET_KEY has no effect, because ALGORITHM is ${config.algorithm}.`,
              'Unset it, or set ALGORITHM=HS256 if other programs verify tokens with it.',
            ),
          ]
        : []),
      ...(master !== undefined && master === secret
        ? [
            fault(
              'MASTER_KEY and SECRET_KEY are the same, so every service that verifies tokens with SECRET_KEY has the ' +
                'key of the encrypted data.',
              `Move this value to SECRET_KEY_PREVIOUS. Create a new SECRET_KEY with: ${secretCommand}`,
            ),
          ]
        : []),
    ],
    master === undefined
      ? 'There are no secrets yet. The service creates them at the first start.'
      : 'The secrets are strong, and none is a published example.',
  )
}

function masterKeyRemedy({ databaseUrl }: Config) {
  const restore =
    sqlitePathOf(databaseUrl) === undefined
      ? 'Set MASTER_KEY to the key of the other instances, or restore it from your copy.'
      : 'Restore the key of this database from your copy, as MASTER_KEY or as the file master.key in DATA_DIR. ' +
        'MASTER_KEY takes precedence over the file.'
  return `${restore} If it is lost, run "latchkey keys reset" with a new key: all sessions end, and the accounts stay.`
}

/** Checks that the master key matches the database. */
export async function checkMasterKey({ config, database }: Examined): Promise<CheckResult[]> {
  const { proof, keys } = await database.read(async (db) => ({
    proof: await db.selectFrom('state').select('value').where('name', '=', 'master_key').executeTakeFirst(),
    keys: await db.selectFrom('signing_keys').select(['kid', 'private_sealed']).execute(),
  }))
  if (proof === undefined && keys.length === 0) return [note('No data in the database needs the master key yet.')]
  const opensAll = (masterKey: MasterKey) =>
    keys.every((key) => masterKey.open(sealPurpose, key.kid, key.private_sealed) !== undefined) &&
    (proof === undefined || isOpenedBy(masterKey, proof.value))
  const secrets = createSecrets(config)
  try {
    const secret = await secrets.masterKey(false)
    if (opensAll(createMasterKey(secret))) return [ok('The master key matches the database.')]
    if (opensAll(createMasterKey(secret, config.masterKeyPrevious))) {
      return [
        note(
          'The service has not been started with this MASTER_KEY yet. The database still uses MASTER_KEY_PREVIOUS.',
          'Restart the service.',
        ),
      ]
    }
    const unused = await secrets.findUnusedMasterKey()
    const remedy =
      unused !== undefined && opensAll(createMasterKey(unused))
        ? `MASTER_KEY takes precedence over ${join(config.dataDir, 'master.key')}, which has the right key. Unset it.`
        : masterKeyRemedy(config)
    return [fault(`${nameOfMasterKey(config)} does not match the database, so the service does not start.`, remedy)]
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return [fault(error.message, masterKeyRemedy(config))]
  }
}

const rotationRemedy =
  'A running service rotates the keys automatically. Check that it is running with this database, and look for ' +
  'key_rotation_failed in its log. To see the keys, run: latchkey keys list'

/** Checks that the rotation is on time. A delay of one day is tolerated. */
export async function checkSigningKeys({
  config: { algorithm, keyRotationDays },
  database,
  now,
}: Examined): Promise<CheckResult[]> {
  const { family, rows } = await database.read(async (db) => ({
    family: await db.selectFrom('state').select('value').where('name', '=', 'key_type').executeTakeFirst(),
    rows: await db.selectFrom('signing_keys').select(columnsOf.signing_keys).orderBy('generation').execute(),
  }))
  if (family !== undefined && family.value !== keyTypeOf(algorithm)) {
    return [
      warning(
        `ALGORITHM is ${algorithm}, but the service was last started with ` +
          `${algorithm === 'HS256' ? 'another algorithm' : 'HS256'}.`,
        'Run this command with the settings of the service. If you have changed ALGORITHM, restart every instance: ' +
          'this revokes all keys and access tokens, and apps refresh their sessions.',
      ),
    ]
  }
  if (algorithm === 'HS256') return [ok('With HS256, SECRET_KEY signs the tokens.')]
  const newest = rows.at(-1)
  if (newest === undefined) {
    return [fault('There is no signing key, so users cannot sign in.', 'Start the service, which creates one.')]
  }

  const time = now()
  const dueAt = newest.signs_at + keyRotationDays * dayMs
  const overdue = rows.filter((row) => (endsOf(row, rows).removedAt ?? Infinity) + dayMs < time)
  return orOk(
    [
      ...(dueAt + dayMs < time
        ? [
            warning(
              `The current key has signed since ${dateOf(newest.signs_at)}, but should have been replaced by ` +
                `${dateOf(dueAt)}.`,
              rotationRemedy,
            ),
          ]
        : []),
      ...(overdue.length > 0
        ? [
            warning(
              `Keys that should have been removed, because all their tokens have expired: ` +
                `${overdue.map(({ kid }) => kid).join(', ')}.`,
              rotationRemedy,
            ),
          ]
        : []),
    ],
    `The newest key uses ${newest.alg}. The next one takes over by ${dateOf(dueAt)}.`,
  )
}

function dateOf(time: number) {
  return new Date(time).toISOString().slice(0, 10)
}
