import { v7 as uuidv7 } from 'uuid'
import type { Audit } from '../audit/audit.ts'
import { missing, Refusal } from '../errors.ts'
import { fold } from '../fold.ts'
import { fromService, networkOf, type Origin } from '../origin.ts'
import type { Reader, Store, Writer } from '../store/store.ts'
import type { Account } from '../tokens/principal.ts'
import { toAccount } from '../tokens/sessions.ts'
import type { Attempts } from './attempts.ts'
import { acceptEmail } from './emails.ts'
import type { Entrant } from './hashing-gate.ts'
import type { MailRequests } from './mail-requests.ts'
import type { NewAccount } from './new-account.ts'
import type { PasswordRules } from './password-rules.ts'
import type { Passwords } from './passwords.ts'
import { acceptUsername, retiredNameOf } from './usernames.ts'

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
  async function create ({ username: typed, password, email: address, name }: NewAccount, entrant: Entrant, alongside: (db: Writer, userId: string) => Promise<void>): Promise<Account> {
    const username = acceptUsername(typed)
    const email = address === undefined ? null : acceptEmail(address)
    const usernameFold = fold(username)
    await refuseTaken(usernameFold)

    const time = now()
    const user = {
      id: uuidv7({ msecs: time }),
      username,
      username_fold: usernameFold,
      name: name ?? null,
      email,
      email_fold: email === null ? null : fold(email),
      email_verified: 0 as const,
      pending_email: null,
      password_hash: await passwords.hash(password, entrant),
      scopes: '',
      disabled: 0 as const,
      created_at: time,
      updated_at: time,
    }
    const isMade = await store.write(async (db) => {
      if (await isRetired(db, usernameFold)) return false
      const { numInsertedOrUpdatedRows } = await db.insertInto('users').values(user)
        .onConflict((conflict) => conflict.column('username_fold').doNothing()).executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows === 0n) return false
      await alongside(db, user.id)
      return true
    })
    if (!isMade) throw usernameTaken()
    return toAccount(user)
  }

  /** Spares the hash; what counts is the index. */
  async function refuseTaken (usernameFold: string) {
    const taken = await store.read((db) => db.selectFrom('users').select('id').where('username_fold', '=', usernameFold).executeTakeFirst())
    if (taken !== undefined) throw usernameTaken()
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

/** Whether an account of that name was deleted. */
export async function isRetired (db: Reader, usernameFold: string): Promise<boolean> {
  const retired = await db.selectFrom('retired_usernames').select('name_hash').where('name_hash', '=', retiredNameOf(usernameFold)).executeTakeFirst()
  return retired !== undefined
}

function usernameTaken () {
  return new Refusal(409, 'username_taken', 'The username is taken.', { errors: [{ path: '/username', message: 'is taken' }] })
}
