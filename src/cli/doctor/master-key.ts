import { StartError } from '../../errors/index.ts'
import { createMasterKey, createSecrets, isOpenedBy, type MasterKey, sealPurpose } from '../../keys/index.ts'
import type { Examined } from './circumstances.ts'
import { fault, type Finding, note, ok } from './finding.ts'

const remedy =
  'Give the one that it was made with, as MASTER_KEY or as the file master.key in DATA_DIR, from a backup. If it is lost, "latchkey keys reset" starts anew: it ends every session and keeps the accounts.'

/** Whether it is the one of this database. */
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
          'The service has not been started with this MASTER_KEY yet; MASTER_KEY_PREVIOUS holds the one of the database.',
          'Restart it.',
        ),
      ]
    }
    return [fault('MASTER_KEY is not the one that this database was made with: the service does not start.', remedy)]
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return [fault(error.message, remedy)]
  }
}
