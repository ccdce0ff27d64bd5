import type { Audit } from '../audit/index.ts'
import type { Config } from '../config/index.ts'
import type { Keys } from '../keys/index.ts'
import type { MailService } from '../mail/index.ts'
import type { Passwords } from '../passwords/index.ts'
import type { Store } from '../store/index.ts'
import type { Tokens } from '../tokens/index.ts'
import { createAttemptCounters } from './attempt-counters.ts'
import { createAttempts } from './attempts.ts'
import { createChangeRates } from './change-rates.ts'
import { createCounters } from './counters.ts'
import { createFailureNotices } from './failure-notices.ts'
import { createKnownLocations } from './known-locations.ts'
import { createPendingKeys } from './pending-keys.ts'
import { createRequestRates } from './request-rates.ts'

interface Dependencies {
  config: Config
  store: Store
  audit: Audit
  keys: Pick<Keys, 'masterKey'>
  mail: Pick<MailService, 'notices' | 'links'>
  passwords: Pick<Passwords, 'queue'>
  tokens: Pick<Tokens, 'deviceTokens'>
}

export type Throttling = ReturnType<typeof createThrottling>

/** Limits how often passwords, codes and requests may be attempted, depending on the location. */
export function createThrottling({ config, store, audit, keys: { masterKey }, mail, passwords, tokens }: Dependencies) {
  const { accountFailures: failuresToLock, now } = config
  const knownLocations = createKnownLocations({ store, deviceTokens: tokens.deviceTokens, now })
  const counters = createCounters({
    store,
    masterKey,
    pendingKeys: createPendingKeys(),
    now,
    takeBackMs: config.timing.takeBackMs,
  })
  const limits = {
    freeFailures: config.signInAttempts,
    failuresPerHour: config.signInFailuresPerHour,
    failuresToLock,
  }
  const attempts = createAttempts({
    store,
    hashQueue: passwords.queue,
    knownLocations,
    counters,
    attemptCounters: createAttemptCounters({ counters, limits }),
    failureNotices: createFailureNotices({
      audit,
      notices: mail.notices,
      resetUrl: mail.links.resetPassword,
      failuresToLock,
    }),
    audit,
  })
  return {
    attempts,
    requestRates: createRequestRates({ counters }),
    changeRates: createChangeRates({ counters }),
    knownLocations,
  }
}
