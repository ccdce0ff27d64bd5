import { hash } from 'node:crypto'
import { ApiError, invalidField, missingFields } from '../errors/index.ts'
import { fold } from '../lib/fold.ts'
import { trim } from '../lib/trim.ts'
import type { UserRow } from '../store/index.ts'

/** Whether every account needs a username, or an e-mail address is enough. */
export type UsernamePolicy = 'required' | 'optional'

// Without invisible characters, which would make one name look like another (RFC 8264 9.13).
const allowed = /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}._+ -])+$/u

/**
 * Checks a username.
 * @returns the username in NFKC, without white space and invisible characters at its ends, but otherwise as typed
 * @throws {ApiError} 400 if it is invalid
 */
export function acceptUsername(typed: string): string {
  const name = trim(typed).normalize('NFKC')
  const length = [...name].length
  if (length < 1 || length > 64) throw invalidField('username', 'must have 1 to 64 characters')
  if (!allowed.test(name)) throw invalidField('username', 'may contain only letters, digits, spaces and . _ - +')
  if (/^[ \p{M}]|^ | $| {2}/u.test(name)) {
    throw invalidField(
      'username',
      'must not start or end with a space, start with an accent, or contain consecutive spaces',
    )
  }
  return name
}

/**
 * Rejects an account without a username, unless the policy allows it and there is an e-mail address.
 * @throws {ApiError} 400
 */
export function demandIdentifier(
  { username, email }: { username?: string | null | undefined; email?: string | null | undefined },
  policy: UsernamePolicy,
): void {
  if (username != null) return
  if (email != null && policy === 'optional') return
  if (policy === 'required') throw email == null ? missingFields({ username: undefined }) : usernameMissing()
  throw new ApiError('invalid_request', {
    detail: 'Either username or email is required.',
    errors: [{ path: '/username', message: 'is required if there is no email' }],
  })
}

function usernameMissing() {
  return new ApiError('invalid_request', {
    detail: 'The username is required. To allow accounts without one, set USERNAMES=optional.',
    errors: [{ path: '/username', message: 'is required' }],
  })
}

/** The value of the column `username` in an account that signs in with its e-mail address only. */
export const noUsername = ''

/** @returns the username of an account; null if it signs in with its e-mail address only */
export function usernameOf({ username }: Pick<UserRow, 'username'>): string | null {
  return username === noUsername ? null : username
}

/** @param username from `acceptUsername`; null for an account that signs in with its e-mail address only */
export function usernameColumns(username: string | null, id: string): Pick<UserRow, 'username' | 'username_fold'> {
  // Usernames contain no @, so this one is unique.
  return username === null
    ? { username: noUsername, username_fold: `@${id}` }
    : { username, username_fold: fold(username) }
}

/** @returns the name that users recognize an account by: its username, or else its e-mail address */
export function accountNameOf({
  username,
  email,
  id,
}: {
  username: string | null
  email: string | null
  id: string
}): string {
  return username || email || id
}

/** @returns the hash that is kept of the username of a deleted account, since the name itself is personal data */
export function retiredNameOf(usernameFold: string): string {
  return hash('sha256', `latchkey username ${usernameFold}`, 'base64url')
}
