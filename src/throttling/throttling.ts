import type { Audit } from '../audit/index.ts'
import type { Config } from '../config/index.ts'
import type { Keys } from '../keys/index.ts'
import type { MailService } from '../mail/index.ts'
import type { Passwords } from '../passwords/index.ts'
import type { Store } from '../store/index.ts'
import { createAttempts } from './attempts.ts'
import { createCredentials } from './credential-check.ts'
import { createDeviceTokens } from './device-tokens.ts'
import { createPlaces } from './known-locations.ts'
import { createGuarding } from './pending-attempts.ts'

interface Dependencies {
  config: Config
  store: Store
  audit: Audit
  keys: Pick<Keys, 'masterKey'>
  mail: Pick<MailService, 'notices' | 'links'>
  passwords: Passwords
}

export type Throttling = ReturnType<typeof createThrottling>

/** Who may try to sign in, how often, and from where; and the check of a password within these limits. */
export function createThrottling({ config, store, audit, keys: { masterKey }, mail, passwords }: Dependencies) {
  const { accountFailures: mostInARow, now, signInAttempts: free, signInFailuresPerHour: perHour } = config
  const deviceTokens = createDeviceTokens({ masterKey, now })
  const places = createPlaces({ store, deviceTokens, now })
  const attempts = createAttempts({ store, masterKey, limits: { free, perHour, inARow: mostInARow }, now })
  const guarding = createGuarding({
    store,
    gate: passwords.queue,
    attempts,
    places,
    audit,
    notices: mail.notices,
    resetUrl: mail.links.resetPassword,
    mostInARow,
    now,
  })
  return { attempts, places, deviceTokens, guarding, credentials: createCredentials({ store, passwords, guarding }) }
}
