import { v7 as uuidv7 } from 'uuid'
import { ApiError, invalidField } from '../errors/index.ts'
import { fold } from '../lib/fold.ts'
import { isText } from '../lib/text.ts'
import type { Reader, Store, UserRow, Writer } from '../store/index.ts'
import { acceptEmail } from './email-addresses.ts'
import { acceptUsername, demandIdentifier, retiredNameOf, usernameColumns, type UsernamePolicy } from './usernames.ts'

/** The fields of a new account that the user chooses. */
export interface Profile {
  /** May be missing if the policy allows it and there is an e-mail address. */
  username?: string | null | undefined
  email?: string | null | undefined
  /** A display name. */
  name?: string | null | undefined
}

/** The fields of a new account that the user does not choose. */
interface AssignedFields {
  passwordHash: string
  isVerified?: boolean
  scopes?: string[]
}

export type NewUserRow = Omit<UserRow, 'password_version' | 'second_factors' | 'factors_version'>

/**
 * Creates the row of a new account.
 * @param context.time milliseconds since the epoch
 * @throws {ApiError} 400 for a missing or invalid username, name or e-mail address
 */
export function toUserRow(
  { username: typed, email: address, name }: Profile,
  { passwordHash, isVerified = false, scopes = [] }: AssignedFields,
  { usernames, time }: { usernames: UsernamePolicy; time: number },
): NewUserRow {
  demandIdentifier({ username: typed, email: address }, usernames)
  const id = uuidv7({ msecs: time })
  return {
    id,
    ...usernameColumns(typed == null ? null : acceptUsername(typed), id),
    ...nameColumns(name == null ? null : acceptName(name)),
    ...emailColumns(address == null ? null : acceptEmail(address)),
    email_verified: isVerified ? 1 : 0,
    pending_email: null,
    password_hash: passwordHash,
    scopes: scopes.join(' '),
    disabled: 0,
    created_at: time,
    updated_at: time,
    signed_in_at: null,
  }
}

/**
 * Checks a display name, which is stored as typed.
 * @throws {ApiError} 400 if it is too long or contains invalid characters
 */
export function acceptName(typed: string): string {
  if ([...typed].length > 128) throw invalidField('name', 'must have at most 128 characters')
  if (!isText(typed)) throw invalidField('name', 'contains invalid characters')
  return typed
}

export function nameColumns(name: string | null): Pick<UserRow, 'name' | 'name_fold'> {
  return { name, name_fold: name === null ? null : fold(name) }
}

export function emailColumns(email: string | null): Pick<UserRow, 'email' | 'email_fold'> {
  return { email, email_fold: email === null ? null : fold(email) }
}

/** @throws {ApiError} 409 `username_taken` */
export async function insertUser(store: Store, db: Writer, row: NewUserRow): Promise<void> {
  const users = db.insertInto('users').values(row)
  const { changedRows } = await store.defer(
    db,
    users.onConflict((conflict) => conflict.column('username_fold').doNothing()),
  )
  if ((await isRetired(db, row.username_fold)) || (await changedRows) === 0) throw usernameTaken()
}

/**
 * Rejects a taken name before a password is hashed for it. A race is decided later, by the unique index.
 * @throws {ApiError} 409 `username_taken`
 */
export async function demandFreeUsername(db: Reader, usernameFold: string): Promise<void> {
  const taken = await db.selectFrom('users').select('id').where('username_fold', '=', usernameFold).executeTakeFirst()
  if (taken !== undefined) throw usernameTaken()
}

/** Whether an account with this username was deleted. */
async function isRetired(db: Reader, usernameFold: string): Promise<boolean> {
  const retired = await db
    .selectFrom('retired_usernames')
    .select('name_hash')
    .where('name_hash', '=', retiredNameOf(usernameFold))
    .executeTakeFirst()
  return retired !== undefined
}

function usernameTaken() {
  return new ApiError('username_taken', { errors: [{ path: '/username', message: 'is taken' }] })
}
