import { randomBytes } from 'node:crypto'
import { type Config, readSecret, loadOrCreateSecret } from '../config/index.ts'

type SecretSettings = Pick<Config, 'databaseUrl' | 'dataDir' | 'masterKey' | 'secretKey'>

/**
 * Reads the secrets from the settings, or else from files in the data folder, which are created at the first start.
 * A database in memory gets random secrets that are not stored.
 */
export function createSecrets({ databaseUrl, dataDir, masterKey, secretKey }: SecretSettings) {
  async function secret(given: string | undefined, file: string, mayCreate = true) {
    if (given !== undefined) return given
    return databaseUrl === ':memory:'
      ? randomBytes(32).toString('base64url')
      : loadOrCreateSecret(dataDir, file, mayCreate)
  }

  return {
    /** @param isNew whether the database was never used with a master key; otherwise no key is created */
    masterKey: (isNew: boolean) => secret(masterKey, 'master.key', isNew),
    /** @returns undefined when there is no master key */
    findMasterKey: async () => masterKey ?? (await readSecret(dataDir, 'master.key')),
    /** @param mayCreate false for callers that change nothing */
    secretKey: (mayCreate = true) => secret(secretKey, 'secret.key', mayCreate),
  }
}
