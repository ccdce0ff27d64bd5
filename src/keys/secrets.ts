import { randomBytes } from 'node:crypto'
import { type Config, readSecret, loadOrCreateSecret } from '../config/index.ts'

type SecretSettings = Pick<Config, 'databaseUrl' | 'dataDir' | 'masterKey' | 'secretKey'>

/**
 * Reads the secrets from the settings, or from files in the data folder, which are created at the first start. A
 * database in memory gets random secrets that are not stored.
 */
export function createSecrets({ databaseUrl, dataDir, masterKey, secretKey }: SecretSettings) {
  async function secret(given: string | undefined, file: string, mayCreate = true) {
    if (given !== undefined) return given
    return databaseUrl === ':memory:'
      ? randomBytes(32).toString('base64url')
      : loadOrCreateSecret(dataDir, file, mayCreate)
  }

  return {
    /**
     * Reads the master key, and creates one for a new database.
     * @param isNew whether the database has never been used with a master key
     */
    masterKey: (isNew: boolean) => secret(masterKey, 'master.key', isNew),
    /**
     * Reads the master key without creating one.
     * @returns undefined when there is none
     */
    findMasterKey: async () => masterKey ?? (await readSecret(dataDir, 'master.key')),
    /**
     * Reads the file that is not used because MASTER_KEY is set.
     * @returns undefined if there is none
     */
    findUnusedMasterKey: async () =>
      masterKey === undefined || databaseUrl.startsWith('postgres')
        ? undefined
        : readSecret(dataDir, 'master.key').catch(() => undefined),
    /**
     * Reads the secret of HS256.
     * @param mayCreate whether a missing one is created
     */
    secretKey: (mayCreate = true) => secret(secretKey, 'secret.key', mayCreate),
  }
}
