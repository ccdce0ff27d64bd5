import type { Generated, Selectable } from 'kysely'

/*
 * The schema of SQLite and PostgreSQL: identifiers are UUIDv7, booleans 0 or 1, times integers of
 * milliseconds since the epoch.
 */

export interface UsersTable {
  id: string
  /** The name as typed, in NFKC; empty for an account that is known by its e-mail address alone. */
  username: string
  /** The folded name, see `fold.ts`; for an account without one `@` and the id, since it is unique. */
  username_fold: string
  /** A display name. */
  name: string | null
  name_fold: string | null
  email: string | null
  email_fold: string | null
  /** An e-mail is a claim until it is verified: several accounts may claim one, one can have it. */
  email_verified: 0 | 1
  /** An unverified address that replaces the verified one once it is verified. */
  pending_email: string | null
  /** Empty where there is no password: only a reset lets its owner in. */
  password_hash: string
  /** Increased when another password is set, but not when the same password is rehashed. */
  password_version: Generated<number>
  /** Scopes granted beyond everyone's `account`, separated by spaces. */
  scopes: string
  disabled: 0 | 1
  created_at: number
  updated_at: number
  /** The last sign-in, which outlives its session; null where there has been none. */
  signed_in_at: number | null
}

export interface SessionsTable {
  id: string
  user_id: string
  client_id: string
  /** The scopes that the sign-in was granted, separated by spaces. */
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
  /** The device of the sign-in, as its device token names it; null for a session of before 0.1.0. */
  device_id: string | null
  /** JSON: when a used refresh token was answered late; null for never. */
  late_refreshes: string | null
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
  token_lifetime_seconds: number
}

/** Confidential clients (RFC 6749 2.1). */
export interface ClientsTable {
  id: string
  /** For people. */
  name: string
  /** SHA-256 of the secret, which has 256 bits of its own, in base64url. */
  secret_hash: string
  /** The scopes that tokens of the client may contain, separated by spaces. */
  scopes: string
  /** Whether it may use the client credentials grant. */
  client_credentials: 0 | 1
  /** Whether it may ask for what a token is worth (RFC 7662). */
  introspection: 0 | 1
  created_at: number
}

/** Mailed links and codes, which prove that a user owns a mailbox. */
export interface OneTimeTokensTable {
  id: string
  user_id: string
  /** A user has one of each at most. */
  purpose: 'reset_password' | 'verify_email'
  /** Where it was sent, as typed. */
  email: string
  /** JSON of the secret in the link and of the code, sealed under a key derived from the master key. */
  sealed: string
  created_at: number
  /** When the link ends. */
  expires_at: number
  /** The expiry of the code. A new code may be made for the same link. */
  code_expires_at: number
  /** Wrong codes that were typed. */
  attempts: number
}

/** Requests for e-mails. Whether the named account exists is looked up after the response has been sent. */
export interface MailRequestsTable {
  id: string
  purpose: OneTimeTokensTable['purpose']
  /** The username or e-mail address as typed, encrypted, since people type passwords there by mistake. */
  sealed: string
  created_at: number
}

/** The outbox: messages to send, and for a day those that were sent. */
export interface OutboxTable {
  id: string
  /** The kind of message, such as `reset_password`. */
  kind: string
  /** The account that the message is about; null once it has been deleted. */
  user_id: string | null
  /** An HMAC of the folded address: it is counted by that when the account is gone, too. */
  recipient_hash: string
  /** JSON of the message, sealed; null once it is done with. */
  sealed: string | null
  created_at: number
  /** When it is to be tried next; null once it is done with. */
  due_at: number | null
  /** When it is of no use any more. */
  expires_at: number
  attempts: number
  /** Null also for one that was given up. */
  sent_at: number | null
}

/** Hashed names of deleted accounts, which cannot be registered again. */
export interface RetiredUsernamesTable {
  /** SHA-256 of the folded name, in base64url. */
  name_hash: string
  retired_at: number
}

/** The audit log. Rows are added, never changed, and removed when they are old. */
export interface EventsTable {
  /** UUIDv7; within one instance, in the order of recording. */
  id: string
  created_at: number
  /** See `audit/events.ts`. */
  event: string
  outcome: 'success' | 'failure'
  /** Whose account it is about; it stays when the account is gone. */
  user_id: string | null
  /** The type of the actor; null when the actor is unknown. */
  actor_type: 'user' | 'client' | 'command' | 'service' | null
  actor_id: string | null
  address: string | null
  user_agent: string | null
  /** That of the request in the log. */
  request_id: string | null
  /** JSON of an object. */
  details: string
}

/** Counters of failures and requests, for rate limits and lockout. */
export interface ThrottlesTable {
  /** An HMAC of what is counted: of names and networks. */
  key: string
  /** Whose account it is about, where one counts for that; forgotten with its lock. */
  user_id: string | null
  count: number
  /** When it was counted last; of a rate, up to when it is used up. */
  counted_at: number
  /** When it is of no use any more; null for what only a right password ends. */
  ends_at: number | null
}

/** Networks from which users have recently signed in. */
export interface KnownNetworksTable {
  user_id: string
  /** An IPv4 address, or a /64. */
  network: string
  /** The last sign-in. */
  seen_at: number
  /** Null where the user has only registered. */
  first_sign_in_at: number | null
}

/** Invitations: links that create an account with scopes. */
export interface InvitationsTable {
  id: string
  /** Where it was mailed; null for the first administrator's. */
  email: string | null
  email_fold: string | null
  /** A display name. */
  name: string | null
  /** Separated by spaces. */
  scopes: string
  /** JSON of what opens it, sealed. */
  sealed: string
  /** The type of the inviter; the id is null for the service itself. */
  inviter_type: EventsTable['actor_type']
  inviter_id: string | null
  created_at: number
  expires_at: number
}

/** Facts that all instances share, one per row. */
export interface StateTable {
  name: 'key_type' | 'master_key' | 'issuer'
  value: string
}

export interface Schema {
  users: UsersTable
  sessions: SessionsTable
  signing_keys: SigningKeysTable
  clients: ClientsTable
  one_time_tokens: OneTimeTokensTable
  mail_requests: MailRequestsTable
  outbox: OutboxTable
  retired_usernames: RetiredUsernamesTable
  events: EventsTable
  throttles: ThrottlesTable
  known_networks: KnownNetworksTable
  invitations: InvitationsTable
  state: StateTable
}

export type UserRow = Selectable<UsersTable>

export type SigningKeyRow = Selectable<SigningKeysTable>

export type ClientRow = Selectable<ClientsTable>

export type OneTimeTokenRow = Selectable<OneTimeTokensTable>

export type MailRequestRow = Selectable<MailRequestsTable>

export type OutboxRow = Selectable<OutboxTable>

export type EventRow = Selectable<EventsTable>

export type InvitationRow = Selectable<InvitationsTable>
