import type { Account } from '../authorization/index.ts'
import { toIsoTime } from '../lib/time.ts'
import type { ManagedUser } from './list-users.ts'

/** Converts an account for responses to its owner. */
export function toAccountJson({
  id,
  username,
  name,
  email,
  email_verified,
  pending_email,
  scopes,
  created_at: createdAt,
}: Account) {
  return {
    id,
    ...(username === null ? {} : { username }),
    name,
    email,
    email_verified,
    pending_email,
    scopes,
    created_at: toIsoTime(createdAt),
  }
}

/** Converts an account for responses to administrators. */
export function toUserJson(user: ManagedUser) {
  const { disabled, locked, second_factors, sessions, signed_in_at: signedInAt, updated_at: updatedAt } = user
  return {
    ...toAccountJson(user),
    disabled,
    locked,
    second_factors,
    sessions,
    signed_in_at: signedInAt === null ? null : toIsoTime(signedInAt),
    updated_at: toIsoTime(updatedAt),
  }
}
