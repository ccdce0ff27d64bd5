import type { Audit, Origin } from '../audit/index.ts'
import { acceptScopes, type Account, awaitTurn } from '../authorization/index.ts'
import type { Entrant, Passwords } from '../passwords/index.ts'
import type { Store, Writer } from '../store/index.ts'
import { demandFreeUsername, insertUser, type Profile, toAccount, toUserRow } from '../users/index.ts'
import type { AccountWithScopes, NewAccount } from './new-account.ts'

interface Dependencies {
  store: Store
  passwords: Pick<Passwords, 'hash'>
  audit: Audit
  /** Milliseconds since the epoch. */
  now: () => number
}

/** What else is done in the transaction that makes an account. */
type Alongside = (db: Writer, userId: string) => Promise<void>

export type AccountCreation = ReturnType<typeof createAccountCreation>

/** Makes accounts without asking whether the password is a good one, or the e-mail theirs. */
export function createAccountCreation({ store, passwords, audit, now }: Dependencies) {
  async function insert(
    person: Profile,
    password: string,
    scopes: string[],
    entrant: Entrant,
    alongside: Alongside,
  ): Promise<Account> {
    const row = toUserRow(person, { passwordHash: '', scopes }, now())
    await store.read((db) => demandFreeUsername(db, row.username_fold))
    const user = { ...row, password_hash: await passwords.hash(password, entrant) }
    await store.write(async (db) => {
      if (scopes.length > 0) await awaitTurn(store, db)
      await insertUser(db, user)
      await alongside(db, user.id)
    })
    return toAccount(user)
  }

  return {
    /**
     * For somebody who asks for it.
     * @throws {ApiError} 400; 409 `username_taken`; 503
     */
    create: ({ username, email, name, password }: NewAccount, entrant: Entrant, alongside: Alongside) =>
      insert({ username, email, name }, password, [], entrant, alongside),

    /** For the operator and their programs, who decide for themselves. */
    async createForOperator(
      { username, email, name, password, scopes: words = [] }: AccountWithScopes,
      origin: Origin,
      alongside: Alongside = async () => {},
    ): Promise<Account> {
      const scopes = acceptScopes(words)
      return insert(
        { username, email, name },
        password,
        scopes,
        { network: 'the operator', isKnown: true },
        async (db, userId) => {
          await audit.record(db, { event: 'user_created', userId, origin, details: { scopes } })
          await alongside(db, userId)
        },
      )
    },
  }
}
