import { hash } from 'node:crypto'
import { invalidField } from '../errors/index.ts'
import { trim } from '../lib/trim.ts'

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

/** The hash that is kept for the name of a deleted account, since the name itself is personal data. */
export function retiredNameOf(usernameFold: string): string {
  return hash('sha256', `latchkey username ${usernameFold}`, 'base64url')
}
