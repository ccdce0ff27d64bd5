import type { Audit } from '../audit/index.ts'
import type { Config } from '../config/index.ts'
import type { MailService } from '../mail/index.ts'
import type { OneTimeTokens } from '../one-time-tokens/index.ts'
import type { Passwords } from '../passwords/index.ts'
import type { Store } from '../store/index.ts'
import type { Throttling } from '../throttling/index.ts'
import type { Tokens } from '../tokens/index.ts'
import { createAccountChanging } from './change-account.ts'
import { createPasswordChange } from './change-password.ts'
import { createAccountCreation } from './create-account.ts'
import { createAccountDeletion } from './delete-account.ts'
import { createPersonalData } from './export-account.ts'
import { createRegistration } from './register.ts'
import { createAccountRemoval } from './remove-account.ts'
import { createPasswordReplacement } from './replace-password.ts'
import { createRecovery } from './reset-password.ts'
import { createSignIn } from './sign-in.ts'
import { createVerification } from './verify-email.ts'

interface Dependencies {
  config: Config
  store: Store
  audit: Audit
  mail: MailService
  tokens: Pick<Tokens, 'grants' | 'sessions'>
  passwords: Passwords
  throttling: Throttling
  oneTimeTokens: OneTimeTokens
}

export type Accounts = ReturnType<typeof createAccounts>

/** What people do with their own accounts. */
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
  const shared = { store, audit, passwords, ...tokens, ...throttling, ...oneTimeTokens, requireVerifiedEmail, now }
  const mailRequestsPerHour = { mostPerHour: config.mailRequestsPerHour }

  const creation = createAccountCreation(shared)
  const removal = createAccountRemoval(shared)
  const passwordReplacement = createPasswordReplacement(shared)
  return {
    creation,
    removal,
    registration: createRegistration({
      ...shared,
      creation,
      isOpen: config.signup === 'open',
      mostPerHour: config.registrationsPerHour,
    }),
    signIn: createSignIn({ ...shared, notices: mail.notices, resetUrl: mail.links.resetPassword }),
    verification: createVerification({ ...shared, ...mailRequestsPerHour }),
    recovery: createRecovery({ ...shared, ...mailRequestsPerHour, passwordReplacement }),
    passwordChange: createPasswordChange({ ...shared, passwordReplacement }),
    change: createAccountChanging(shared),
    deletion: createAccountDeletion({ ...shared, removal }),
    personalData: createPersonalData(shared),
  }
}
