/** A user, as far as others may see it. Times are milliseconds since the epoch. */
export interface Account {
  /** A UUID that is never given to anybody else. */
  id: string
  username: string
  /** A display name. */
  name: string | null
  email: string | null
  email_verified: boolean
  /** Those granted beyond everyone's `account`. */
  scopes: string[]
  disabled: boolean
  created_at: number
  updated_at: number
}

/** Who makes a request, and with which rights. */
export interface Principal {
  account: Account
  session: { id: string }
  /** The scopes of the access token, as far as the user still holds them. */
  scopes: string[]
}
