import { randomBytes } from 'node:crypto'
import { type Config, readSecret, loadOrCreateSecret } from '../config/index.ts'

type Place = Pick<Config, 'databaseUrl' | 'dataDir' | 'masterKey' | 'secretKey'>

/**
 * The secrets: as given, else beside the SQLite database, where they are made at first start.
 * A database in memory has secrets that nobody keeps.
 */
export function createSecrets({ databaseUrl, dataDir, masterKey, secretKey }: Place) {
  async function secret(given: string | undefined, file: string, mayMake = true) {
    if (given !== undefined) return given
    return databaseUrl === ':memory:'
      ? randomBytes(32).toString('base64url')
      : loadOrCreateSecret(dataDir, file, mayMake)
  }

  return {
    /** @param isNew whether nothing in the database was made with one yet; otherwise none is made */
    masterKey: (isNew: boolean) => secret(masterKey, 'master.key', isNew),
    /** @returns undefined where there is none */
    findMasterKey: async () => masterKey ?? (await readSecret(dataDir, 'master.key')),
    /** @param mayMake false for who only looks */
    secretKey: (mayMake = true) => secret(secretKey, 'secret.key', mayMake),
  }
}
