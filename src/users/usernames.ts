import { hash } from 'node:crypto'
import { ApiError, invalidField, missingFields } from '../errors/index.ts'
import { fold } from '../lib/fold.ts'
import { trim } from '../lib/trim.ts'
import type { UserRow } from '../store/index.ts'

/** Whether every account has a username, or an e-mail address is enough. */
export type UsernamePolicy = 'required' | 'optional'

// Invisible characters would make one name look like another (RFC 8264 9.13).
const allowed = /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}._+ -])+$/u

/**
 * Checks a username. It is stored and shown in NFKC without what keyboards add at its ends, otherwise as typed.
 * @throws {ApiError} 400 for an invalid username
 */
export function acceptUsername(typed: string): string {
  const name = trim(typed).normalize('NFKC')
  const length = [...name].length
  if (length < 1 || length > 64) throw invalidField('username', 'must have 1 to 64 characters')
  if (!allowed.test(name)) throw invalidField('username', 'may hold letters, digits, spaces and . _ - + only')
  if (/^[ \p{M}]|^ | $| {2}/u.test(name)) {
    throw invalidField('username', 'may hold single spaces, between other characters only')
  }
  return name
}

/**
 * Rejects an account that nobody could name.
 * @throws {ApiError} 400 for a missing username, or for one without an e-mail address
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
    errors: [{ path: '/username', message: 'is required unless an email is given' }],
  })
}

function usernameMissing() {
  return new ApiError('invalid_request', {
    detail: 'username is missing. Accounts without one need the setting USERNAMES=optional.',
    errors: [{ path: '/username', message: 'is missing' }],
  })
}

/** @param username as accepted; null for an account that is known by its e-mail address alone */
export function usernameColumns(username: string | null, id: string): Pick<UserRow, 'username' | 'username_fold'> {
  // No username contains an @.
  return username === null ? { username: '', username_fold: `@${id}` } : { username, username_fold: fold(username) }
}

/** The name by which people recognize an account: its username, or else its e-mail address. */
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

/** The hash that is kept for the name of a deleted account, since the name itself is personal data. */
export function retiredNameOf(usernameFold: string): string {
  return hash('sha256', `latchkey username ${usernameFold}`, 'base64url')
}
