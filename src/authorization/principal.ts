/** A user, as far as others may see it. Times are milliseconds since the epoch. */
export interface Account {
  /** A UUID that is never given to anybody else. */
  id: string
  username: string
  /** A display name. */
  name: string | null
  email: string | null
  email_verified: boolean
  /** What takes the place of a verified e-mail, once it is verified itself. */
  pending_email: string | null
  /** Those granted beyond everyone's `account`. */
  scopes: string[]
  disabled: boolean
  created_at: number
  updated_at: number
}

/** A confidential client (RFC 6749 2.1), as far as others may see it. Times are milliseconds since the epoch. */
export interface Client {
  id: string
  name: string
  /** What its own tokens may carry. */
  scopes: string[]
  /** Whether it may use the client credentials grant. */
  client_credentials: boolean
  /** Whether it may ask for what a token is worth (RFC 7662). */
  introspection: boolean
  created_at: number
}

/** Somebody who makes a request, and with which rights. */
export interface Principal {
  account: Account
  session: { id: string }
  /** The scopes of the access token, as far as the user still holds them. */
  scopes: string[]
}

/** A client that makes a request for itself, and with which rights. */
export interface ClientPrincipal {
  client: Client
  /** The scopes of the access token, as far as the client still holds them. */
  scopes: string[]
}

/** Whoever makes a request. */
export type Subject = Principal | ClientPrincipal

export function isClient(subject: Subject): subject is ClientPrincipal {
  return 'client' in subject
}
