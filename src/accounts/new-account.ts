/** Somebody who is to have an account. */
export interface NewAccount {
  username: string
  password: string
  email?: string | undefined
  /** A display name. */
  name?: string | undefined
}

/** The same with what only others can give. */
export interface AccountWithScopes extends NewAccount {
  /** Beyond everyone's `account`. */
  scopes?: string[] | undefined
}
