import type { Accounts } from '../accounts/index.ts'
import type { Audit } from '../audit/index.ts'
import type { Config } from '../config/index.ts'
import type { Factors } from '../factors/index.ts'
import type { Keys } from '../keys/index.ts'
import type { MailService } from '../mail/index.ts'
import type { OneTimeTokens } from '../one-time-tokens/index.ts'
import type { Passwords } from '../passwords/index.ts'
import type { Store } from '../store/index.ts'
import type { Throttling } from '../throttling/index.ts'
import type { Tokens } from '../tokens/index.ts'
import { createUserListing } from '../users/index.ts'
import { createInvitationAcceptance } from './accept-invitation.ts'
import { createChangeUser } from './change-user.ts'
import { createFirstAdministrator } from './first-administrator.ts'
import { createInvitations } from './invitations.ts'
import { createUserManagement } from './manage-users.ts'

interface Dependencies {
  config: Config
  store: Store
  audit: Audit
  keys: Pick<Keys, 'masterKey'>
  mail: MailService
  tokens: Pick<Tokens, 'sessions'>
  passwords: Passwords
  throttling: Pick<Throttling, 'attempts' | 'knownLocations'>
  oneTimeTokens: OneTimeTokens
  factors: Pick<Factors, 'resetFactors'>
  accounts: Pick<Accounts, 'eraseAccount'>
}

export type Administration = ReturnType<typeof createAdministration>

/** Manages users and invitations, on behalf of administrators. */
export function createAdministration({
  config,
  store,
  audit,
  keys,
  mail,
  tokens,
  passwords,
  throttling,
  oneTimeTokens,
  factors,
  accounts,
}: Dependencies) {
  const { accountFailures, issuer, requireVerifiedEmail, usernames, now } = config
  const { notices } = mail
  const { sessions } = tokens
  const { attempts } = throttling
  const { redirects, mailRequests, accountMail } = oneTimeTokens
  const { eraseAccount } = accounts

  const invitations = createInvitations({ store, masterKey: keys.masterKey, audit, notices, redirects, issuer, now })
  return {
    users: createUserListing({ store, accountFailures, now }),
    changeUser: createChangeUser({ store, sessions, mailRequests, accountMail, audit, requireVerifiedEmail, now }),
    ...createUserManagement({
      store,
      sessions,
      eraseAccount,
      resetFactors: factors.resetFactors,
      accountMail,
      attempts,
      audit,
      now,
    }),
    invitations,
    acceptance: createInvitationAcceptance({
      store,
      invitations,
      passwords,
      mailRequests,
      knownLocations: throttling.knownLocations,
      audit,
      usernames,
      requireVerifiedEmail,
      now,
    }),
    firstAdministrator: createFirstAdministrator({ store, invitations }),
  }
}
