import type { Audit } from '../audit/audit.ts'
import { missing, Refusal } from '../errors.ts'
import { fromService, networkOf, type Origin } from '../origin.ts'
import type { Store, Writer } from '../store/store.ts'
import type { Account } from '../tokens/principal.ts'
import { toAccount } from '../tokens/sessions.ts'
import type { Attempts } from './attempts.ts'
import type { Entrant } from './hashing-gate.ts'
import type { MailRequests } from './mail-requests.ts'
import type { NewAccount } from './new-account.ts'
import type { PasswordRules } from './password-rules.ts'
import type { Passwords } from './passwords.ts'
import { demandFreeUsername, insertUser, toUserRow } from './user-rows.ts'
import { acceptUsername } from './usernames.ts'

interface Dependencies {
  store: Store
  passwords: Passwords
  passwordRules: PasswordRules
  now: () => number
  isOpen: boolean
  requireVerifiedEmail: boolean
  mailRequests: MailRequests
  attempts: Attempts
  audit: Audit
  /** Of one network. */
  mostPerHour: number
}

export type Registration = ReturnType<typeof createRegistration>

export function createRegistration ({ store, passwords, passwordRules, now, isOpen, requireVerifiedEmail, mailRequests, attempts, audit, mostPerHour }: Dependencies) {
  /** Makes an account without asking whether its password is a good one, or its e-mail theirs. */
  async function create (account: NewAccount, entrant: Entrant, alongside: (db: Writer, userId: string) => Promise<void>): Promise<Account> {
    const row = toUserRow(account, { passwordHash: '' }, now())
    await store.read((db) => demandFreeUsername(db, row.username_fold))
    const user = { ...row, password_hash: await passwords.hash(account.password, entrant) }
    await store.write(async (db) => {
      await insertUser(db, user)
      await alongside(db, user.id)
    })
    return toAccount(user)
  }

  return {
    /** For programs of the operator, who decide for themselves. */
    create: (account: NewAccount) => create(account, { network: 'the operator', isKnown: true }, (db, userId) => audit.record(db, { event: 'user_created', userId, origin: fromService })),

    /** @throws {Refusal} 403 when people cannot register by themselves, 400, 409 for a taken name; 429 `slow_down`; 503 */
    async register (account: NewAccount, origin: Origin): Promise<Account> {
      if (!isOpen) throw new Refusal(403, 'signup_closed', 'Registration is closed.')
      acceptUsername(account.username)
      if (requireVerifiedEmail && account.email === undefined) throw missing({ email: account.email })
      passwordRules.check(account.password, { field: 'password', about: [account.username, account.email, account.name] })
      await attempts.demandRate('registrations', mostPerHour, origin)
      return create(account, { network: networkOf(origin.address ?? ''), isKnown: false }, async (db, userId) => {
        await audit.record(db, { event: 'registered', userId, origin })
        if (account.email !== undefined) await mailRequests.add(db, 'verify email', account.username, origin)
      })
    },
  }
}
