import type { Audit, Origin } from '../audit/index.ts'
import { acceptScopes, type Account, awaitTurn } from '../authorization/index.ts'
import type { MailRequests } from '../one-time-tokens/index.ts'
import type { HashRequest } from '../passwords/index.ts'
import type { Store } from '../store/index.ts'
import { insertUser, toAccount } from '../users/index.ts'
import type { AccountWithScopes, PrepareUser } from './prepare-user.ts'

interface Dependencies {
  store: Store
  prepareUser: PrepareUser
  audit: Audit
}

export interface CreateUserOptions {
  /** Left out if no verification e-mail is to be sent. */
  mailRequests?: MailRequests | undefined
}

const operatorRequest: HashRequest = { sharers: ['the operator'], hasReservedRoom: true }

/** Creates users for the operator and for host apps. They may grant any scope and set any password. */
export function createCreateUser({ store, prepareUser, audit }: Dependencies) {
  /** @throws {ApiError} 400; 409 `username_taken`; 503 */
  return async function createUser(
    { scopes: requested = [], ...account }: AccountWithScopes,
    origin: Origin,
    { mailRequests }: CreateUserOptions = {},
  ): Promise<Account> {
    const scopes = acceptScopes(requested)
    const user = await prepareUser({ ...account, scopes }, operatorRequest)
    await store.complete(async (db) => {
      if (scopes.length > 0) await awaitTurn(store, db)
      await insertUser(store, db, user)
      await audit.record(db, { event: 'user_created', userId: user.id, origin, details: { scopes } })
      if (user.email !== null) await mailRequests?.verifyEmail(db, user, { origin })
    })
    return toAccount(user)
  }
}
