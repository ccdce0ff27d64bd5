import type { Audit } from '../audit/index.ts'
import { type Account, mustHaveSecondFactor } from '../authorization/index.ts'
import type { Config } from '../config/index.ts'
import type { Keys } from '../keys/index.ts'
import type { OneTimeTokens } from '../one-time-tokens/index.ts'
import type { Store } from '../store/index.ts'
import type { Throttling } from '../throttling/index.ts'
import type { Tokens } from '../tokens/index.ts'
import { createFactorChanges } from './factor-changes.ts'
import { createListFactors } from './list-factors.ts'
import { createMfaTokens } from './mfa-tokens.ts'
import { createOwnPasskeys } from './own-passkeys.ts'
import { createOwnTotp } from './own-totp.ts'
import { createPasskeyChallenges } from './passkey-challenges.ts'
import { createPasskeys } from './passkeys.ts'
import { createRecoveryCodes, sealedCodes } from './recovery-codes.ts'
import { createReplaceRecoveryCodes } from './replace-recovery-codes.ts'
import { createRequestPasskey } from './request-passkey.ts'
import { reseal } from './reseal.ts'
import { createResetFactors } from './reset-factors.ts'
import { createSecondFactors } from './second-factors.ts'
import { createTotpDevices, sealedDevices } from './totp-devices.ts'
import { createUsedTokens } from './used-tokens.ts'
import { createWebauthn } from './webauthn.ts'

interface Dependencies {
  config: Config
  store: Store
  audit: Audit
  keys: Pick<Keys, 'masterKey'>
  tokens: Pick<Tokens, 'sessions'>
  throttling: Pick<Throttling, 'changeRates'>
  oneTimeTokens: Pick<OneTimeTokens, 'accountMail'>
}

/** Tables with text encrypted under the master key. */
export const sealedTables = [sealedDevices, sealedCodes]

export type Factors = ReturnType<typeof createFactors>

/** Second factors: authenticator apps, passkeys and recovery codes. */
export function createFactors({
  config: { productName, relyingParty, requireSecondFactor: secondFactorPolicy, now },
  store,
  audit,
  keys: { masterKey },
  tokens: { sessions },
  throttling: { changeRates },
  oneTimeTokens: { accountMail },
}: Dependencies) {
  const totpDevices = createTotpDevices({ store, masterKey, productName, now })
  const recoveryCodes = createRecoveryCodes({ masterKey, now })
  const usedTokens = createUsedTokens({ store, now })
  const challenges = createPasskeyChallenges({ masterKey, now })
  const webauthn = createWebauthn({ relyingParty, productName, challenges })
  const passkeys = createPasskeys({ audit, usedTokens, now })
  const stored = { totpDevices, passkeys, recoveryCodes }
  const factorChanges = createFactorChanges({
    store,
    audit,
    sessions,
    changeRates,
    accountMail,
    secondFactorPolicy,
    ...stored,
  })
  return {
    ownTotp: createOwnTotp({ store, totpDevices, factorChanges }),
    ownPasskeys: createOwnPasskeys({ store, passkeys, webauthn, factorChanges }),
    listFactors: createListFactors({ store, ...stored }),
    replaceRecoveryCodes: createReplaceRecoveryCodes({ store, audit, accountMail, recoveryCodes, factorChanges }),
    requestPasskey: createRequestPasskey({ store, passkeys, webauthn }),
    secondFactors: createSecondFactors({ store, audit, accountMail, webauthn, usedTokens, ...stored }),
    resetFactors: createResetFactors({ audit, sessions, factorChanges, ...stored }),
    passkeys,
    webauthn,
    mfaTokens: createMfaTokens({ masterKey, now }),
    usedTokens,
    totpDevices,

    /** Whether an account must have a second factor (`REQUIRE_SECOND_FACTOR`). */
    isRequired: ({ scopes }: Pick<Account, 'scopes'>) => mustHaveSecondFactor(secondFactorPolicy, scopes),

    /** Encrypts everything under the current master key. Called at the start of the service. */
    async reseal(): Promise<void> {
      for (const sealed of sealedTables) await reseal(store, masterKey, sealed)
    },
  }
}
