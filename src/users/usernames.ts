import { hash } from 'node:crypto'
import { invalidField } from '../errors/index.ts'

// What does not show would make one name look like another (RFC 8264 9.13).
const allowed = /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}._+ -])+$/u

/**
 * The name as it is kept and shown: NFKC, otherwise as typed.
 * @throws {ApiError} 400 for one that cannot be a username
 */
export function acceptUsername(typed: string): string {
  const name = typed.normalize('NFKC')
  const length = [...name].length
  if (length < 1 || length > 64) throw invalidField('username', 'must have 1 to 64 characters')
  if (!allowed.test(name)) throw invalidField('username', 'may hold letters, digits, spaces and . _ - + only')
  if (/^[ \p{M}]|^ | $| {2}/u.test(name)) {
    throw invalidField('username', 'may hold single spaces, between other characters only')
  }
  return name
}

/** What is kept of the name of an account that was deleted: not the name, which belonged to a person. */
export function retiredNameOf(usernameFold: string): string {
  return hash('sha256', `latchkey username ${usernameFold}`, 'base64url')
}
