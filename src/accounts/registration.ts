import { v7 as uuidv7 } from 'uuid'
import { Refusal } from '../errors.ts'
import type { UserRow } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { Account } from '../tokens/principal.ts'
import { toAccount } from '../tokens/sessions.ts'
import { acceptEmail } from './emails.ts'
import type { NewAccount } from './new-account.ts'
import type { PasswordRules } from './password-rules.ts'
import type { Passwords } from './passwords.ts'
import { acceptUsername, fold } from './usernames.ts'

interface Dependencies {
  store: Store
  passwords: Passwords
  passwordRules: PasswordRules
  now: () => number
  isOpen: boolean
}

export type Registration = ReturnType<typeof createRegistration>

export function createRegistration ({ store, passwords, passwordRules, now, isOpen }: Dependencies) {
  /** Makes an account without asking whether its password is a good one. */
  async function create ({ username: typed, password, email: address, name }: NewAccount): Promise<Account> {
    const username = acceptUsername(typed)
    const email = address === undefined ? null : acceptEmail(address)
    const usernameFold = fold(username)
    await refuseTaken(usernameFold)

    const time = now()
    const user: UserRow = {
      id: uuidv7({ msecs: time }),
      username,
      username_fold: usernameFold,
      name: name ?? null,
      email,
      email_fold: email === null ? null : fold(email),
      email_verified: 0,
      password_hash: await passwords.hash(password),
      scopes: '',
      disabled: 0,
      created_at: time,
      updated_at: time,
    }
    const { numInsertedOrUpdatedRows } = await store.write((db) => db.insertInto('users').values(user)
      .onConflict((conflict) => conflict.column('username_fold').doNothing()).executeTakeFirstOrThrow())
    if (numInsertedOrUpdatedRows === 0n) throw usernameTaken()
    return toAccount(user)
  }

  /** Spares the hash; what counts is the index. */
  async function refuseTaken (usernameFold: string) {
    const taken = await store.read((db) => db.selectFrom('users').select('id').where('username_fold', '=', usernameFold).executeTakeFirst())
    if (taken !== undefined) throw usernameTaken()
  }

  return {
    create,

    /** @throws {Refusal} 403 when people cannot register by themselves, 400, 409 for a taken name */
    async register (account: NewAccount): Promise<Account> {
      if (!isOpen) throw new Refusal(403, 'signup_closed', 'Registration is closed.')
      const { username, password, email, name } = account
      acceptUsername(username)
      passwordRules.check(password, { field: 'password', about: [username, email, name] })
      return create(account)
    },
  }
}

function usernameTaken () {
  return new Refusal(409, 'username_taken', 'The username is taken.', { errors: [{ path: '/username', message: 'is taken' }] })
}
