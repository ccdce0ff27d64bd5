import type { Audit } from '../audit/index.ts'
import type { Config } from '../config/index.ts'
import type { Store } from '../store/index.ts'
import type { JwtLibrary } from './jwt-library.ts'
import { createKeyRing } from './key-ring.ts'
import { openKeys } from './open-keys.ts'

interface Dependencies {
  config: Config
  store: Store
  audit: Audit
  jwt: JwtLibrary
  /** Whether the keys in the database may be adapted to the settings. If not, they must match the settings already. */
  mayChange?: boolean
}

export type Keys = Awaited<ReturnType<typeof createKeys>>

/**
 * Opens the master key and the keys that sign access tokens.
 * @throws {StartError} when a secret is missing or does not belong to this database
 */
export async function createKeys({ config, store, audit, jwt, mayChange = true }: Dependencies) {
  const { masterKey, source } = await openKeys({ config, store, audit, mayChange })
  const { now, timing } = config
  const ring = createKeyRing({ source, jwt, audit, now, unknownKeyMs: timing.unknownKeyMs })
  return { masterKey, source, jwt, ring }
}
