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
  /** 256 random bits in base64url, on which the MACs of the session's refresh tokens depend. */
  nonce: string
  /** That of the refresh token to be used next: 0 at first. */
  generation: number
  /** When the generation last moved. */
  rotated_at: number
  /** Where the sign-in or the last refresh came from. */
  address: string | null
  /** The User-Agent of the sign-in. */
  user_agent: string | null
  created_at: number
  /** The last refresh, or the sign-in. */
  used_at: number
  /** The earlier of the idle and the absolute end. A session that is ended sooner is deleted. */
  expires_at: number
}

export interface SigningKeysTable {
  kid: string
  /** Each key's is one more than that of the newest before it; unique, so that of several makers one wins. */
  generation: number
  alg: string
  /** JSON of the public JWK. */
  public_jwk: string
  /** The private key (PKCS #8), sealed under a key derived from the master key. */
  private_sealed: string
  created_at: number
  /** From when on it signs, until the next one does. It is published before. */
  signs_at: number
  /** Seconds that a token lives at most that it has signed. */
  token_life: number
}

/** Confidential clients (RFC 6749 2.1). */
export interface ClientsTable {
  id: string
  /** For people. */
  name: string
  /** SHA-256 of the secret, which has 256 bits of its own, in base64url. */
  secret_hash: string
  /** What its own tokens may carry, separated by spaces. */
  scopes: string
  /** Whether it may use the client credentials grant. */
  client_credentials: 0 | 1
  /** Whether it may ask for what a token is worth (RFC 7662). */
  introspection: 0 | 1
  created_at: number
}

/** What all instances agree on: a row for each fact. */
export interface StateTable {
  name: 'key family' | 'master key'
  value: string
}

export interface Schema {
  users: UsersTable
  sessions: SessionsTable
  signing_keys: SigningKeysTable
  clients: ClientsTable
  state: StateTable
}

export type UserRow = Selectable<UsersTable>

export type SigningKeyRow = Selectable<SigningKeysTable>

export type ClientRow = Selectable<ClientsTable>
