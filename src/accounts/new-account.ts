/** Somebody who is to have an account. */
export interface NewAccount {
  username: string
  password: string
  email?: string | undefined
  /** A display name. */
  name?: string | undefined
}
