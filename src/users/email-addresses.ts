import { ApiError, invalidField } from '../errors/index.ts'
import { trim } from '../lib/trim.ts'
import type { Reader, UserRow } from '../store/index.ts'

// The mailbox of RFC 5321 4.1.2 without quoted and literal forms, but with letters of any script (RFC 6531).
const mailbox = /^[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{M}\p{N}-]{1,63}(\.[\p{L}\p{M}\p{N}-]{1,63})*$/u

/**
 * Checks an e-mail address of at most 254 bytes (RFC 5321 4.5.3.1.3).
 * @returns the address as typed, without white space and invisible characters at its ends
 * @throws {ApiError} 400 if it is not an e-mail address
 */
export function acceptEmail(typed: string): string {
  const address = trim(typed)
  const [local = '', domain = ''] = address.split('@')
  const hasDotsInPlace = !/^\.|\.\.|\.$/.test(local) && !/(^|\.)-|-(\.|$)/.test(domain)
  if (Buffer.byteLength(address) > 254 || !mailbox.test(address) || !hasDotsInPlace) {
    throw invalidField('email', 'must be a valid e-mail address')
  }
  return address
}

/**
 * Whether two addresses certainly belong to the same mailbox, because they differ at most in the case of ASCII letters.
 * Addresses that merely fold to the same text (`ß` to `ss`, `ı` to `i`) may belong to different people.
 */
export function isSameMailbox(one: string, other: string): boolean {
  return inLowerCase(one) === inLowerCase(other)
}

/** @returns the address that an account claims but has not verified */
export function claimOf({ email, email_verified: isVerified, pending_email: pending }: UserRow): string | undefined {
  return pending ?? (isVerified === 1 ? undefined : (email ?? undefined))
}

/** Whether no other account has verified this address. */
export async function isAddressFree(db: Reader, emailFold: string, userId = ''): Promise<boolean> {
  const other = await db
    .selectFrom('users')
    .select('id')
    .where('email_fold', '=', emailFold)
    .where('email_verified', '=', 1)
    .where('id', '!=', userId)
    .executeTakeFirst()
  return other === undefined
}

export function emailTaken() {
  return new ApiError('email_taken')
}

function inLowerCase(address: string) {
  return address.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
