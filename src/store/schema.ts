import type { Generated, Selectable } from 'kysely'

/*
 * The schema of both SQLite and PostgreSQL. Identifiers are UUIDv7 (RFC 9562 5.7), booleans are 0 or 1, and times are
 * integers in milliseconds since the epoch.
 */

/** Accounts. */
export interface UsersTable {
  id: string
  /** The username as typed, in NFKC; empty for an account without a username. */
  username: string
  /** The folded username, see `fold.ts`. It is unique, so it is `@` and the id for an account without a username. */
  username_fold: string
  /** The display name. */
  name: string | null
  name_fold: string | null
  email: string | null
  email_fold: string | null
  /** An unverified address is only a claim: any number of accounts may claim an address, but one can verify it. */
  email_verified: 0 | 1
  /** An unverified address that will replace the verified one once it is verified. */
  pending_email: string | null
  /** Empty for an account without a password, whose owner must set one through the reset e-mail. */
  password_hash: string
  /** Increases when a new password is set, but not when the same password is rehashed. */
  password_version: Generated<number>
  /** The scopes in addition to `account`, which every user has, separated by spaces. */
  scopes: string
  disabled: 0 | 1
  created_at: number
  updated_at: number
  /** The time of the last sign-in, kept after its session has ended; null when there has been none. */
  signed_in_at: number | null
  /** The number of confirmed second factors. If it is not 0, the password alone does not start a session. */
  second_factors: Generated<number>
  /** Increases when second factors or recovery codes are added or removed, but not when they are used. */
  factors_version: Generated<number>
}

/** Sessions that have not ended. */
export interface SessionsTable {
  id: string
  user_id: string
  client_id: string
  /** The scopes that were granted at the sign-in, separated by spaces. */
  scope: string
  /** 256 random bits in base64url, which enter the MAC of every refresh token of the session. */
  nonce: string
  /** The generation of the refresh token to be used next, starting at 0. */
  generation: number
  /** The time at which the generation last increased. */
  rotated_at: number
  /** The IP address of the sign-in or of the last refresh. */
  address: string | null
  /** The User-Agent of the sign-in. */
  user_agent: string | null
  /** The id in the device token of the sign-in; null for a session from before version 0.1.0. */
  device_id: string | null
  /** JSON array of the times at which a used refresh token was accepted late; null if there were none. */
  late_refreshes: string | null
  created_at: number
  /** The time of the last refresh, or of the sign-in. */
  used_at: number
  /** The earlier of the idle and the absolute expiry. A session that is ended sooner is deleted. */
  expires_at: number
  /** The time at which the user last proved their identity: the sign-in or a later reauthentication, not a refresh. */
  authenticated_at: number
  /** How the user did so: values of the claim `amr` (RFC 8176), separated by spaces. */
  methods: string
}

/** Key pairs that sign access tokens. */
export interface SigningKeysTable {
  kid: string
  /** One more than the generation of the previous key. It is unique, so that only one instance can add the next key. */
  generation: number
  alg: string
  /** JSON of the public JWK. */
  public_jwk: string
  /** The private key (PKCS #8), encrypted under a key derived from the master key. */
  private_sealed: string
  created_at: number
  /** The time from which the key signs, until the next key does. It is published before. */
  signs_at: number
  /** The longest lifetime of a token that the key has signed. */
  token_lifetime_seconds: number
}

/** Confidential clients (RFC 6749 2.1). */
export interface ClientsTable {
  id: string
  /** A name for people to read. */
  name: string
  /** SHA-256 of the secret in base64url. A slow hash is not needed, because the secret has 256 random bits. */
  secret_hash: string
  /** The scopes that the client's tokens may contain, separated by spaces. */
  scopes: string
  /** Whether the client may use the client credentials grant (RFC 6749 4.4). */
  client_credentials: 0 | 1
  /** Whether the client may introspect tokens (RFC 7662). */
  introspection: 0 | 1
  created_at: number
}

/** E-mailed links and codes, which prove that a user owns a mailbox. */
export interface OneTimeTokensTable {
  id: string
  user_id: string
  /** A user has at most one token for each purpose. */
  purpose: 'reset_password' | 'verify_email'
  /** The address to which it was sent, as typed. */
  email: string
  /** JSON of the secret in the link and of the code, encrypted under a key derived from the master key. */
  sealed: string
  created_at: number
  /** The time at which the link expires. */
  expires_at: number
  /** The time at which the code expires. A new code may be created for the same link. */
  code_expires_at: number
  /** The number of wrong codes that were typed. */
  attempts: number
}

/** Requests for reset and verification e-mails. The account is looked up after the response has been sent. */
export interface MailRequestsTable {
  id: string
  purpose: OneTimeTokensTable['purpose']
  /** The username or e-mail address as typed. It is encrypted, because people type passwords there by mistake. */
  sealed: string
  created_at: number
}

/** The outbox: messages to be sent, and for a day those that were sent. */
export interface OutboxTable {
  id: string
  /** The kind of message, such as `reset_password`. */
  kind: string
  /** The account that the message is about; null after the account was deleted. */
  user_id: string | null
  /** An HMAC of the folded address. It counts messages to an address even after the account was deleted. */
  recipient_hash: string
  /** JSON of the message, encrypted; null after the message was sent or given up. */
  sealed: string | null
  created_at: number
  /** The time of the next attempt to send it; null after the message was sent or given up. */
  due_at: number | null
  /** The time from which the message is useless and no longer sent. */
  expires_at: number
  attempts: number
  /** Null while the message has not been sent, and if it was given up. */
  sent_at: number | null
}

/** Hashes of the usernames of deleted accounts, which cannot be registered again. */
export interface RetiredUsernamesTable {
  /** SHA-256 of the folded name, in base64url. */
  name_hash: string
  retired_at: number
}

/** The audit log. Rows are added, never changed, and deleted after the retention period. */
export interface EventsTable {
  /** A UUIDv7. The ids from one instance have the order in which the events were recorded. */
  id: string
  created_at: number
  /** See `audit/events.ts`. */
  event: string
  outcome: 'success' | 'failure'
  /** The account that the event is about. It is kept after the account was deleted. */
  user_id: string | null
  /** The type of the actor; null when the actor is unknown. */
  actor_type: 'user' | 'client' | 'command' | 'service' | null
  actor_id: string | null
  address: string | null
  user_agent: string | null
  /** The id of the request in the service's log. */
  request_id: string | null
  /** A JSON object. */
  details: string
}

/** Counters of failures and requests, for rate limits and lockout. */
export interface ThrottlesTable {
  /** An HMAC of what is counted, such as a name and a network. */
  key: string
  /** The user whose unlock deletes the counter; null for other counters. */
  user_id: string | null
  /** What the counted attempts checked; null for other counters, and for passwords if an earlier version counted. */
  factor: 'password' | 'otp' | null
  count: number
  /** The time of the last attempt; for an hourly limit, the time up to which the allowance is used. */
  counted_at: number
  /** The time from which the counter can be deleted; null if only a success or an unlock deletes it. */
  ends_at: number | null
}

/** Networks from which users have recently signed in. */
export interface KnownNetworksTable {
  user_id: string
  /** An IPv4 address, or the /64 of an IPv6 address. */
  network: string
  /** The time of the last sign-in, or of the registration. */
  seen_at: number
  /** Null if the user has only registered from this network. */
  first_sign_in_at: number | null
}

/** Authenticator apps (RFC 6238). */
export interface TotpDevicesTable {
  id: string
  user_id: string
  /** A name that the user chose. */
  name: string
  /** The secret in base32, encrypted under a key derived from the master key. */
  sealed: string
  /** The time step of the last accepted code. Codes of this and earlier steps are rejected. */
  last_step: number
  created_at: number
  /** Null until a code has shown that the app has the secret. Until then, the app has no effect. */
  confirmed_at: number | null
  /** The time of the last sign-in with a code; null when there has been none. */
  used_at: number | null
}

/** The unused recovery codes of users. */
export interface RecoveryCodesTable {
  user_id: string
  /** JSON of their SHA-256 in base64url, encrypted under a key derived from the master key. */
  sealed: string
  codes_left: number
  created_at: number
}

/** Passkeys: the public keys of WebAuthn authenticators. */
export interface PasskeysTable {
  id: string
  user_id: string
  /** In base64url, chosen by the authenticator. */
  credential_id: string
  /** A COSE key (RFC 9052 7) in base64url. */
  public_key: string
  /** The signature counter of the last use; 0 if the authenticator does not count. */
  counter: number
  /** Whether the passkey can be synchronized between devices. */
  backup_eligible: 0 | 1
  /** Whether it was synchronized when it was last used. */
  backed_up: 0 | 1
  /** A UUID of the model of the authenticator; all zeros if it is not disclosed. */
  aaguid: string
  /** How browsers can reach the authenticator, separated by spaces. */
  transports: string
  /** A name that the user chose, or that of the authenticator. */
  name: string
  created_at: number
  /** Null if it has not been used yet. */
  used_at: number | null
}

/** Stateless tokens that were used, or with which codes were entered while codes were locked, until they expire. */
export interface UsedTokensTable {
  id: string
  expires_at: number
  /** Null while the token can still be used. */
  used_at: number | null
  /** The consecutive correct codes that were entered with the token while codes were locked. */
  right_codes: number
}

/** Invitations: links that create an account with scopes. */
export interface InvitationsTable {
  id: string
  /** The address to which the invitation was sent; null for the invitation of the first administrator. */
  email: string | null
  email_fold: string | null
  /** The display name of the account. */
  name: string | null
  /** The scopes of the account, separated by spaces. */
  scopes: string
  /** JSON of the secret in the link, encrypted. */
  sealed: string
  /** The type of the inviter. */
  inviter_type: EventsTable['actor_type']
  /** Null for the command line and the service. */
  inviter_id: string | null
  created_at: number
  expires_at: number
}

/** State that all instances share, one value per row. */
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
  totp_devices: TotpDevicesTable
  recovery_codes: RecoveryCodesTable
  passkeys: PasskeysTable
  used_tokens: UsedTokensTable
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

export type TotpDeviceRow = Selectable<TotpDevicesTable>

export type PasskeyRow = Selectable<PasskeysTable>

export type InvitationRow = Selectable<InvitationsTable>
