import { type Account, scopesOf } from '../authorization/index.ts'
import type { UserRow } from '../store/index.ts'
import { usernameOf } from './usernames.ts'

/** Converts a row of the table `users` into an account. */
export function toAccount(
  row: Omit<
    UserRow,
    | 'password_hash'
    | 'password_version'
    | 'username_fold'
    | 'name_fold'
    | 'email_fold'
    | 'signed_in_at'
    | 'second_factors'
    | 'factors_version'
  >,
): Account {
  return {
    id: row.id,
    username: usernameOf(row),
    name: row.name,
    email: row.email,
    email_verified: row.email_verified === 1,
    pending_email: row.pending_email,
    scopes: scopesOf(row.scopes),
    disabled: row.disabled === 1,
    created_at: row.created_at,
    updated_at: row.updated_at,
  }
}
