import type { Audit, Origin } from '../audit/index.ts'
import type { Account } from '../authorization/index.ts'
import { ApiError, missingFields } from '../errors/index.ts'
import { networkOf } from '../lib/networks.ts'
import type { MailRequests } from '../one-time-tokens/index.ts'
import type { Passwords } from '../passwords/index.ts'
import type { Attempts, Guarding } from '../throttling/index.ts'
import { acceptUsername } from '../users/index.ts'
import type { AccountCreation } from './create-account.ts'
import type { NewAccount } from './new-account.ts'

interface Dependencies {
  creation: AccountCreation
  passwords: Passwords
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
  creation,
  passwords,
  isOpen,
  requireVerifiedEmail,
  mailRequests,
  attempts,
  guarding,
  audit,
  mostPerHour,
}: Dependencies) {
  return {
    /** @throws {ApiError} 403 when people cannot register by themselves, 400, 409 for a taken name; 429 `slow_down`; 503 */
    async register(account: NewAccount, origin: Origin): Promise<Account> {
      if (!isOpen) throw new ApiError('signup_closed')
      acceptUsername(account.username)
      if (requireVerifiedEmail && account.email === undefined) throw missingFields({ email: account.email })
      passwords.rules.check(account.password, {
        field: 'password',
        about: [account.username, account.email, account.name],
      })
      guarding.demandRoom(origin)
      await attempts.demandRate('registrations', mostPerHour, origin)
      return creation.create(
        account,
        { network: networkOf(origin.address ?? ''), isKnown: false },
        async (db, userId) => {
          await audit.record(db, { event: 'registered', userId, origin })
          if (account.email !== undefined) await mailRequests.add(db, 'verify_email', account.username, origin)
        },
      )
    },
  }
}
