import type { Origin } from '../audit/index.ts'
import type { Account } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { Store } from '../store/index.ts'
import { acceptUsername, findUser, toAccount } from '../users/index.ts'
import { type AccountWithScopes, demandPassword } from './prepare-user.ts'

/** An account with a username, by which it is found again. */
export type NamedAccount = AccountWithScopes & { username: string }

interface Dependencies {
  store: Store
  createUser: (account: AccountWithScopes, origin: Origin) => Promise<Account>
}

/** Makes sure that a user exists, for programs that need one at each start. */
export function createEnsureUser({ store, createUser }: Dependencies) {
  async function find(typed: string): Promise<Account | undefined> {
    const username = acceptUsername(typed)
    const user = await store.read((db) => findUser(db, { username }))
    return user && toAccount(user)
  }

  /**
   * @returns the existing account, unchanged, or a new one
   * @throws {ApiError} 400; 409 `username_taken` if an account of this name was deleted; 503
   */
  return async function ensureUser(account: NamedAccount, origin: Origin): Promise<Account> {
    // Also for an existing account: a missing password is then noticed before the account has to be created again.
    demandPassword(account.password)
    const existing = await find(account.username)
    if (existing !== undefined) return existing
    try {
      return await createUser(account, origin)
    } catch (error) {
      // Another instance may have created it at the same time.
      const winner =
        error instanceof ApiError && error.code === 'username_taken' ? await find(account.username) : undefined
      if (winner === undefined) throw error
      return winner
    }
  }
}
