import { randomBytes } from 'node:crypto'
import type { Config } from '../config.ts'
import { keepSecret } from '../store/data-folder.ts'

type Place = Pick<Config, 'databaseUrl' | 'dataDir' | 'masterKey' | 'secretKey'>

/**
 * The secrets: as given, else beside the SQLite database, where they are made at first start.
 * A database in memory has secrets that nobody keeps.
 */
export function createSecrets ({ databaseUrl, dataDir, masterKey, secretKey }: Place) {
  async function secret (given: string | undefined, file: string) {
    if (given !== undefined) return given
    return databaseUrl === ':memory:' ? randomBytes(32).toString('base64url') : keepSecret(dataDir, file)
  }

  return {
    masterKey: () => secret(masterKey, 'master.key'),
    secretKey: () => secret(secretKey, 'secret.key'),
  }
}
