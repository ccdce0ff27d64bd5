import type { Audit } from '../audit/index.ts'
import type { Config } from '../config/index.ts'
import type { MailService } from '../mail/index.ts'
import type { OneTimeTokens } from '../one-time-tokens/index.ts'
import type { Passwords } from '../passwords/index.ts'
import type { Store } from '../store/index.ts'
import type { Throttling } from '../throttling/index.ts'
import type { Tokens } from '../tokens/index.ts'
import { createUserLookup } from '../users/index.ts'
import { createAuthenticate } from './authenticate.ts'
import { createChangeAccount } from './change-account.ts'
import { createChangePassword } from './change-password.ts'
import { createCreateUser } from './create-user.ts'
import { createDeleteAccount } from './delete-account.ts'
import { createEmailVerification } from './email-verification.ts'
import { createEraseAccount } from './erase-account.ts'
import { createExportAccount } from './export-account.ts'
import { createPasswordReset } from './password-reset.ts'
import { createPrepareUser } from './prepare-user.ts'
import { createReauthenticate } from './reauthenticate.ts'
import { createRegister } from './register.ts'
import { createReplacePassword } from './replace-password.ts'
import { createSignIn } from './sign-in.ts'
import { createStartSession } from './start-session.ts'

interface Dependencies {
  config: Config
  store: Store
  audit: Audit
  mail: MailService
  tokens: Pick<Tokens, 'tokenIssuer' | 'sessions'>
  passwords: Passwords
  throttling: Throttling
  oneTimeTokens: OneTimeTokens
}

export type Accounts = ReturnType<typeof createAccounts>

/** What users do with their own accounts. */
export function createAccounts({
  config,
  store,
  audit,
  mail,
  tokens,
  passwords,
  throttling,
  oneTimeTokens,
}: Dependencies) {
  const { requireVerifiedEmail, now } = config
  const shared = {
    ...{ store, audit, passwords, requireVerifiedEmail, now },
    ...{ notices: mail.notices, resetUrl: mail.links.resetPassword },
    ...{ users: createUserLookup({ store }) },
    ...tokens,
    ...throttling,
    ...oneTimeTokens,
  }

  const prepareUser = createPrepareUser(shared)
  const eraseAccount = createEraseAccount(shared)
  const replacePassword = createReplacePassword(shared)
  const authenticate = createAuthenticate(shared)
  const reauthenticate = createReauthenticate({ authenticate })
  const startSession = createStartSession(shared)
  const parts = { ...shared, prepareUser, eraseAccount, replacePassword, authenticate, reauthenticate, startSession }

  return {
    register: createRegister({
      ...parts,
      isOpen: config.signup === 'open',
      maxPerHour: config.registrationsPerHour,
    }),
    createUser: createCreateUser(parts),
    signIn: createSignIn(parts),
    emailVerification: createEmailVerification({ ...parts, maxPerHour: config.mailRequestsPerHour }),
    passwordReset: createPasswordReset({ ...parts, maxPerHour: config.mailRequestsPerHour }),
    changePassword: createChangePassword(parts),
    changeAccount: createChangeAccount(parts),
    exportAccount: createExportAccount(parts),
    deleteAccount: createDeleteAccount(parts),
    /** Part of what administrators do. */
    eraseAccount,
  }
}
