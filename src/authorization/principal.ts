import type { AuthenticationContext } from './methods.ts'

/** A user without secrets. Times are milliseconds since the epoch. */
export interface Account {
  /** A UUID that is never reused. */
  id: string
  /** Null for an account that is identified by its e-mail address alone. */
  username: string | null
  /** A display name. */
  name: string | null
  email: string | null
  email_verified: boolean
  /** A new e-mail address, which replaces the verified one once it is verified too. */
  pending_email: string | null
  /** Scopes beyond `account`, which every user has. */
  scopes: string[]
  disabled: boolean
  created_at: number
  updated_at: number
}

/** A client without a secret (RFC 6749 2.1). */
export interface PublicClient {
  type: 'public'
  id: string
  /** The values of `grant_type` that the client may use. */
  grant_types: string[]
}

/** A client that authenticates with a secret (RFC 6749 2.1), without that secret. */
export interface ConfidentialClient {
  type: 'confidential'
  id: string
  name: string
  /** The scopes that the client's own tokens may contain. */
  scopes: string[]
  /** The values of `grant_type` that the client may use. */
  grant_types: 'client_credentials'[]
  /** Whether the client may introspect tokens (RFC 7662). */
  introspection: boolean
  /** Milliseconds since the epoch. */
  created_at: number
}

export type Client = PublicClient | ConfidentialClient

/** The user who sent a request, with the session and rights. */
export interface Principal {
  account: Account
  session: AuthenticationContext & { id: string }
  /** Whether the account has a second factor, which the session may not have used. */
  hasSecondFactor: boolean
  /**
   * Whether the account must have a second factor that this session lacks (`REQUIRE_SECOND_FACTOR`). The scopes are
   * then cut to `account`. The guards for routes of a host reject such a session.
   */
  needsSecondFactor: boolean
  /** The scopes of the access token that the user still has. */
  scopes: string[]
}

/** The client that sent a request with a token of its own, and its rights. */
export interface ClientPrincipal {
  client: ConfidentialClient
  /** The scopes of the access token that the client still has. */
  scopes: string[]
}

/** The user or client that sent a request. */
export type Subject = Principal | ClientPrincipal

export function isClient(subject: Subject): subject is ClientPrincipal {
  return 'client' in subject
}
