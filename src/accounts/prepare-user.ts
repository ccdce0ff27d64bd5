import { invalidField } from '../errors/index.ts'
import type { HashRequest, Passwords } from '../passwords/index.ts'
import type { Store } from '../store/index.ts'
import { demandFreeUsername, type NewUserRow, toUserRow, type UsernamePolicy } from '../users/index.ts'

/** An account to create. */
export interface NewAccount {
  /** May be left out with the setting USERNAMES=optional, if there is an e-mail address. */
  username?: string | undefined
  password: string
  email?: string | undefined
  /** A display name. */
  name?: string | undefined
}

/** An account to create, with scopes. */
export interface AccountWithScopes extends NewAccount {
  /** Scopes beyond `account`, which every user has. */
  scopes?: string[] | undefined
}

interface Dependencies {
  store: Store
  passwords: Pick<Passwords, 'hash'>
  usernames: UsernamePolicy
  /** Milliseconds since the epoch. */
  now: () => number
}

export type PrepareUser = ReturnType<typeof createPrepareUser>

/** Prepares the row of a new user, before the transaction that inserts it, since hashing takes long. */
export function createPrepareUser({ store, passwords, usernames, now }: Dependencies) {
  /** @throws {ApiError} 400; 409 `username_taken`; 503 */
  return async function prepareUser(
    { username, email, name, password, scopes = [] }: AccountWithScopes,
    hashRequest: HashRequest,
  ): Promise<NewUserRow> {
    demandPassword(password)
    const row = toUserRow({ username, email, name }, { passwordHash: '', scopes }, { usernames, time: now() })
    await store.read((db) => demandFreeUsername(db, row.username_fold))
    return { ...row, password_hash: await passwords.hash(password, hashRequest) }
  }
}

/**
 * Rejects an empty password, such as that of a host app whose environment variable is unset.
 * @throws {ApiError} 400
 */
export function demandPassword(password: string): void {
  if (password.length === 0) throw invalidField('password', 'must not be empty')
}
