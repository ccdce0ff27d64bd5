import { randomBytes } from 'node:crypto'
import { secretCommand, type Config } from '../config.ts'
import { StartError } from '../errors.ts'
import { keepSecret } from '../store/data-folder.ts'

type Place = Pick<Config, 'databaseUrl' | 'dataDir' | 'masterKey' | 'secretKey'>

/**
 * The secrets: as given, else beside the SQLite database, where they are made at first start.
 * A database in memory has secrets that nobody keeps.
 */
export function createSecrets ({ databaseUrl, dataDir, masterKey, secretKey }: Place) {
  async function secret (given: string | undefined, name: string, file: string) {
    if (given !== undefined) return given
    if (databaseUrl === ':memory:') return randomBytes(32).toString('base64url')
    if (databaseUrl.startsWith('file:')) return keepSecret(dataDir, file)
    throw new StartError([`${name} is missing: with PostgreSQL it must be given, the same one to every instance. Make one with: ${secretCommand}`])
  }

  return {
    masterKey: () => secret(masterKey, 'MASTER_KEY', 'master.key'),
    secretKey: () => secret(secretKey, 'SECRET_KEY', 'secret.key'),
  }
}
