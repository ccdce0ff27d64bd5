import { isStrongSecret, secretCommand, secretWarnings } from '../../config/index.ts'
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
import { columnsOf } from '../../store/index.ts'
import { fault, type Finding, note, ok, orOk, warning } from './finding.ts'
import type { Examined, Installation } from './machine.ts'

/** Secrets in settings have been checked with the settings; those in files have not. */
export async function checkSecrets({ settings, config }: Installation): Promise<Finding[]> {
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
          `The secret in ${config.dataDir}/${name} is short, repeats itself, or has been published.`,
          `It was not made by Latchkey. Make another one with: ${secretCommand}. ` +
            'How to replace the previous one: docs/operations/keys-and-secrets.md.',
        ),
      ),
      ...secretWarnings(config).map((message) =>
        warning(
          `${message}.`,
          'Enclose it in quotes wherever it is written, and choose one without white space when you change it.',
        ),
      ),
      ...(settings.secretKey !== undefined && config.algorithm !== 'HS256'
        ? [
            note(
              `SECRET_KEY is not used: ALGORITHM is ${config.algorithm}.`,
              'Remove it, or set ALGORITHM=HS256 if other programs verify tokens with it.',
            ),
          ]
        : []),
      ...(master !== undefined && master === secret
        ? [
            fault(
              'MASTER_KEY and SECRET_KEY are the same: whoever verifies tokens with the one has the other, ' +
                'which encrypts the database.',
              `Make another SECRET_KEY with: ${secretCommand}. Put the former one into SECRET_KEY_PREVIOUS.`,
            ),
          ]
        : []),
    ],
    master === undefined
      ? 'None is there yet; they are made at the first start.'
      : 'They are long, varied and not published.',
  )
}

const masterKeyRemedy =
  'Give the one that it was made with, as MASTER_KEY or as the file master.key in DATA_DIR, from a backup. If it is ' +
  'lost, "latchkey keys reset" starts anew: it ends every session and keeps the accounts.'

/** Checks that the master key is the one of this database. */
export async function checkMasterKey({ config, database }: Examined): Promise<Finding[]> {
  const { proof, keys } = await database.read(async (db) => ({
    proof: await db.selectFrom('state').select('value').where('name', '=', 'master_key').executeTakeFirst(),
    keys: await db.selectFrom('signing_keys').select(['kid', 'private_sealed']).execute(),
  }))
  if (proof === undefined && keys.length === 0) return [note('Nothing in the database was made with one yet.')]
  const opensAll = (masterKey: MasterKey) =>
    keys.every((key) => masterKey.open(sealPurpose, key.kid, key.private_sealed) !== undefined) &&
    (proof === undefined || isOpenedBy(masterKey, proof.value))
  try {
    const secret = await createSecrets(config).masterKey(false)
    if (opensAll(createMasterKey(secret))) return [ok('It is the one of this database.')]
    if (opensAll(createMasterKey(secret, config.masterKeyPrevious))) {
      return [
        note(
          'The service has not been started with this MASTER_KEY yet; ' +
            'MASTER_KEY_PREVIOUS holds the one of the database.',
          'Restart it.',
        ),
      ]
    }
    return [
      fault('MASTER_KEY is not the one that this database was made with: the service does not start.', masterKeyRemedy),
    ]
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return [fault(error.message, masterKeyRemedy)]
  }
}

const dayMs = 24 * 60 * 60 * 1000

const rotationRemedy =
  'A running service does it by itself. Does it run, over this database? Does its log say key_rotation_failed? ' +
  '"latchkey keys list" shows the keys.'

/** Checks that the rotation is on time; a day of delay is fine. */
export async function checkSigningKeys({
  config: { algorithm, keyRotationDays },
  database,
  now,
}: Examined): Promise<Finding[]> {
  const { family, rows } = await database.read(async (db) => ({
    family: await db.selectFrom('state').select('value').where('name', '=', 'key_type').executeTakeFirst(),
    rows: await db.selectFrom('signing_keys').select(columnsOf.signing_keys).orderBy('generation').execute(),
  }))
  if (family !== undefined && family.value !== keyTypeOf(algorithm)) {
    return [
      warning(
        `ALGORITHM is ${algorithm}, and the service was last started with ` +
          `${algorithm === 'HS256' ? 'another one' : 'HS256'}.`,
        'Give the settings of the service. If it is meant to change: restart every instance, which withdraws every ' +
          'key; apps refresh.',
      ),
    ]
  }
  if (algorithm === 'HS256') return [ok('Under HS256 the key is SECRET_KEY.')]
  const newest = rows.at(-1)
  if (newest === undefined) {
    return [fault('There is no signing key: nobody can sign in.', 'Start the service: it makes one.')]
  }

  const time = now()
  const dueAt = newest.signs_at + keyRotationDays * dayMs
  const over = rows.filter((row) => (endsOf(row, rows).removedAt ?? Infinity) + dayMs < time)
  return orOk(
    [
      ...(dueAt + dayMs < time
        ? [
            warning(
              `The key that signs is from ${dateOf(newest.signs_at)}; ` +
                `the next one should have taken over by ${dateOf(dueAt)}.`,
              rotationRemedy,
            ),
          ]
        : []),
      ...(over.length > 0
        ? [
            warning(
              `${over.map(({ kid }) => kid).join(', ')} should have been removed: ` +
                'nothing that was signed with it is valid any more.',
              rotationRemedy,
            ),
          ]
        : []),
    ],
    `The newest is ${newest.alg}, and the next one takes over by ${dateOf(dueAt)}.`,
  )
}

function dateOf(time: number) {
  return new Date(time).toISOString().slice(0, 10)
}
