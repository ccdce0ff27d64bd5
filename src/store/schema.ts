import type { Selectable } from 'kysely'

/*
 * The same on SQLite and PostgreSQL: identifiers are UUIDv7, booleans 0 or 1, times integers of
 * milliseconds since the epoch.
 */

export interface UsersTable {
  id: string
  /** As typed, after NFKC. */
  username: string
  /** What makes the name unique; see `accounts/usernames.ts`. */
  username_fold: string
  /** A display name. */
  name: string | null
  email: string | null
  email_fold: string | null
  /** An e-mail is a claim until it is verified: several accounts may claim one, one can have it. */
  email_verified: 0 | 1
  password_hash: string
  /** Scopes granted beyond everyone's `account`, separated by spaces. */
  scopes: string
  disabled: 0 | 1
  created_at: number
  updated_at: number
}

export interface SessionsTable {
  id: string
  user_id: string
  client_id: string
  /** What the sign-in was granted, separated by spaces. */
  scope: string
  created_at: number
  used_at: number
  /** The earlier of the idle and the absolute end. A session that is ended sooner is deleted. */
  expires_at: number
}

export interface SigningKeysTable {
  kid: string
  /** 1 for the first key ever made here, and so on; unique, so that of several makers one wins. */
  generation: number
  alg: string
  /** JSON of the public JWK. */
  public_jwk: string
  /** The private key (PKCS #8), sealed under a key derived from the master key. */
  private_sealed: string
  created_at: number
}

export interface Schema {
  users: UsersTable
  sessions: SessionsTable
  signing_keys: SigningKeysTable
}

export type UserRow = Selectable<UsersTable>

export type SigningKeyRow = Selectable<SigningKeysTable>
