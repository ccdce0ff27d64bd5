import type { Audit } from '../audit/audit.ts'
import { missing, Refusal } from '../errors/errors.ts'
import { networkOf, type Origin } from '../audit/origin.ts'
import type { Account } from '../authorization/principal.ts'
import type { AccountCreation } from './create-account.ts'
import type { Attempts } from '../throttling/attempts.ts'
import type { Guarding } from '../throttling/pending-attempts.ts'
import type { MailRequests } from '../one-time-tokens/mail-requests.ts'
import type { NewAccount } from './new-account.ts'
import type { PasswordRules } from '../passwords/rules.ts'
import { acceptUsername } from '../users/usernames.ts'

interface Dependencies {
  accountCreation: AccountCreation
  passwordRules: PasswordRules
  isOpen: boolean
  requireVerifiedEmail: boolean
  mailRequests: MailRequests
  attempts: Attempts
  guarding: Guarding
  audit: Audit
  /** Of one network. */
  mostPerHour: number
}

export type Registration = ReturnType<typeof createRegistration>

/** Lets people make their own account. */
export function createRegistration({
  accountCreation,
  passwordRules,
  isOpen,
  requireVerifiedEmail,
  mailRequests,
  attempts,
  guarding,
  audit,
  mostPerHour,
}: Dependencies) {
  return {
    /** @throws {Refusal} 403 when people cannot register by themselves, 400, 409 for a taken name; 429 `slow_down`; 503 */
    async register(account: NewAccount, origin: Origin): Promise<Account> {
      if (!isOpen) throw new Refusal(403, 'signup_closed', 'Registration is closed.')
      acceptUsername(account.username)
      if (requireVerifiedEmail && account.email === undefined) throw missing({ email: account.email })
      passwordRules.check(account.password, {
        field: 'password',
        about: [account.username, account.email, account.name],
      })
      guarding.demandRoom(origin)
      await attempts.demandRate('registrations', mostPerHour, origin)
      return accountCreation.create(
        account,
        { network: networkOf(origin.address ?? ''), isKnown: false },
        async (db, userId) => {
          await audit.record(db, { event: 'registered', userId, origin })
          if (account.email !== undefined) await mailRequests.add(db, 'verify email', account.username, origin)
        },
      )
    },
  }
}
