/** A user, as others may see it. Times are milliseconds since the epoch. */
export interface Account {
  /** A UUID that is never reused. */
  id: string
  /** Null for an account that is known by its e-mail address alone. */
  username: string | null
  /** A display name. */
  name: string | null
  email: string | null
  email_verified: boolean
  /** Replaces a verified e-mail address once it is verified itself. */
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
  /** The values of `grant_type` that it may use. */
  grant_types: string[]
}

/** A client that authenticates by a secret (RFC 6749 2.1), as others may see it. */
export interface ConfidentialClient {
  type: 'confidential'
  id: string
  name: string
  /** The scopes that tokens of the client may contain. */
  scopes: string[]
  /** The values of `grant_type` that it may use. */
  grant_types: 'client_credentials'[]
  /** Whether it may introspect tokens (RFC 7662). */
  introspection: boolean
  /** Milliseconds since the epoch. */
  created_at: number
}

export type Client = PublicClient | ConfidentialClient

/** A user who makes a request, and their rights. */
export interface Principal {
  account: Account
  session: { id: string }
  /** The scopes of the access token, as far as the user still holds them. */
  scopes: string[]
}

/** A client that makes a request for itself, and its rights. */
export interface ClientPrincipal {
  client: ConfidentialClient
  /** The scopes of the access token, as far as the client still holds them. */
  scopes: string[]
}

/** The user or client that makes a request. */
export type Subject = Principal | ClientPrincipal

export function isClient(subject: Subject): subject is ClientPrincipal {
  return 'client' in subject
}
