import { v7 as uuidv7 } from 'uuid'
import { acceptScopes, scopesOf } from '../authorization/index.ts'
import { ApiError, invalidField } from '../errors/index.ts'
import { haveSameCodes, maxTotpDevices, readTotpSecret, splitTotpSecrets } from '../factors/index.ts'
import { isText } from '../lib/text.ts'
import { dayMs } from '../lib/time.ts'
import { convertFirebaseHash, faultOfHash, type FirebaseParameters, isFirebaseHash } from '../passwords/index.ts'
import type { UserRow } from '../store/index.ts'
import {
  acceptEmail,
  acceptName,
  acceptUsername,
  demandIdentifier,
  emailColumns,
  nameColumns,
  type NewUserRow,
  usernameColumns,
  usernameOf,
  type UsernamePolicy,
} from '../users/index.ts'

/** An account, as it is imported and exported. */
export interface AccountRecord {
  /** A UUID, the `sub` of tokens. */
  id: string
  /** Left out for an account that signs in with its e-mail address only. */
  username?: string
  /** A display name. */
  name?: string
  email?: string
  email_verified: boolean
  /** A hash from Latchkey or another system. Users without a hash set a password through the reset e-mail. */
  password_hash?: string
  scopes: string[]
  disabled: boolean
  /** ISO 8601. */
  created_at: string
  /** The number of second factors. Left out if there is none. */
  second_factors?: number
  /** The secrets of authenticator apps, in base32. Exported only on request. */
  totp_secret?: string[]
}

/** The fields of a record, in the order of exports. */
export const fieldNames = [
  'id',
  'username',
  'name',
  'email',
  'email_verified',
  'password_hash',
  'scopes',
  'disabled',
  'created_at',
  'second_factors',
  'totp_secret',
] as const

export type Field = (typeof fieldNames)[number]

export interface ImportedUser extends NewUserRow, Pick<UserRow, 'second_factors' | 'factors_version'> {}

/** What a record describes. */
export interface ImportedAccount {
  user: ImportedUser
  /** The secrets of the user's authenticator apps, in base32. */
  totpSecrets: string[]
  /** The number of second factors that the user had and the record does not contain. */
  missingFactors: number
}

type Given = Readonly<Record<string, unknown>>

/** How far `created_at` may lie in the future, since clocks differ. */
const maxAheadMs = dayMs

export interface RecordContext {
  /** Milliseconds since the epoch. */
  now: number
  usernames: UsernamePolicy
  /** The parameters of Firebase hashes, if there are any. */
  firebase?: FirebaseParameters | undefined
}

/**
 * Reads the account that a record describes. Null and empty fields count as missing.
 * @throws {ApiError} 400 for the first fault; the message contains no value of the record
 */
export function readRecord(given: Given, { now, usernames, firebase }: RecordContext): ImportedAccount {
  refuseUnknownFields(given)
  const username = textOf(given, 'username')
  const address = textOf(given, 'email')
  demandIdentifier({ username, email: address }, usernames)
  const email = address === undefined ? null : acceptEmail(address)
  const isVerified = flagOf(given, 'email_verified')
  if (isVerified && email === null) throw invalidField('email_verified', 'must be false if there is no email')
  const createdAt = timeOf(given, now)
  const id = idOf(given) ?? uuidv7({ msecs: createdAt })
  const totpSecrets = totpSecretsOf(given)
  const user: ImportedUser = {
    id,
    ...usernameColumns(username === undefined ? null : acceptUsername(username), id),
    ...nameColumns(nameOf(given)),
    ...emailColumns(email),
    email_verified: isVerified ? 1 : 0,
    pending_email: null,
    password_hash: hashOf(given, firebase),
    scopes: scopesIn(given).join(' '),
    disabled: flagOf(given, 'disabled') ? 1 : 0,
    created_at: createdAt,
    updated_at: now,
    signed_in_at: null,
    second_factors: totpSecrets.length,
    factors_version: totpSecrets.length > 0 ? 1 : 0,
  }
  return { user, totpSecrets, missingFactors: Math.max(0, countOf(given, 'second_factors') - totpSecrets.length) }
}

/**
 * Converts an account to a record, from which `readRecord` reads the same account.
 * @param totpSecrets the secrets of the user's authenticator apps; undefined if they must not be exported
 */
export function toRecord(user: UserRow, totpSecrets: string[] | undefined): AccountRecord {
  const username = usernameOf(user)
  return {
    id: user.id,
    ...(username === null ? {} : { username }),
    ...(user.name === null ? {} : { name: user.name }),
    ...(user.email === null ? {} : { email: user.email }),
    email_verified: user.email_verified === 1,
    ...(user.password_hash === '' ? {} : { password_hash: user.password_hash }),
    scopes: scopesOf(user.scopes),
    disabled: user.disabled === 1,
    created_at: new Date(user.created_at).toISOString(),
    ...(user.second_factors === 0 ? {} : { second_factors: user.second_factors }),
    ...(totpSecrets === undefined ? {} : { totp_secret: totpSecrets }),
  }
}

/** Names of a field in other systems, in lower case and without separators. */
const otherNames: Partial<Record<Field, string[]>> = {
  id: ['userid', 'uid', 'uuid', 'guid', 'sub'],
  username: ['user', 'login', 'loginname', 'userlogin', 'userprincipalname', 'preferredusername', 'nickname'],
  name: ['displayname', 'fullname', 'realname'],
  email: ['emailaddress', 'mail', 'mailaddress', 'useremail'],
  email_verified: ['emailisverified', 'isemailverified', 'emailconfirmed', 'verified', 'confirmed'],
  password_hash: ['hash', 'hashedpassword', 'passhash', 'pwhash', 'encryptedpassword', 'passworddigest', 'userpass'],
  scopes: ['scope', 'roles', 'role', 'permissions'],
  disabled: ['isdisabled', 'blocked', 'banned', 'suspended'],
  created_at: ['created', 'createdon', 'datejoined', 'registered', 'userregistered', 'creationdate'],
  totp_secret: [
    ...['totp', 'totpkey', 'totpuri', 'totpurl', 'otp', 'otpkey', 'otpsecret', 'otpuri', 'otpurl', 'otpauth'],
    ...['otpauthuri', 'otpauthurl', 'mfasecret', 'mfatotpsecret', 'twofactorsecret', 'tfasecret', 'totpsecretkey'],
  ],
}

/** @returns the field that a name in another spelling probably means */
export function likelyField(name: string): Field | undefined {
  if (!/^[A-Za-z][A-Za-z _-]{0,39}$/.test(name)) return undefined
  const plain = name.toLowerCase().replaceAll(/[ _-]/g, '')
  return fieldNames.find((field) => field.replaceAll('_', '') === plain || otherNames[field]?.includes(plain))
}

/** @returns why a field or column is rejected; undefined for a known one */
export function faultOfField(name: string): string | undefined {
  if (fieldNames.some((known) => known === name)) return undefined
  if (name === 'password') return 'Plain passwords cannot be imported. Use password_hash instead.'
  const field = likelyField(name)
  if (field !== undefined) return `The field or column "${name}" is unknown. Rename it to ${field}.`
  // Other text may be a hash, or contain control sequences for the terminal.
  const shown = /^[\w-]{1,40}$/.test(name) ? `The field or column "${name}"` : 'A field or column'
  return `${shown} is unknown. Known are: ${fieldNames.join(', ')}.`
}

function refuseUnknownFields(given: Given) {
  for (const name of Object.keys(given)) {
    const fault = faultOfField(name)
    if (fault !== undefined) throw new ApiError('invalid_request', { detail: fault })
  }
}

function textOf(given: Given, field: Field): string | undefined {
  const value = given[field]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw invalidField(field, 'must be a string')
  if (!isText(value)) throw invalidField(field, 'contains invalid characters')
  return value
}

function flagOf(given: Given, field: Field): boolean {
  const value = given[field] ?? false
  if (typeof value !== 'boolean') throw invalidField(field, 'must be true or false')
  return value
}

function nameOf(given: Given): string | null {
  const name = textOf(given, 'name')
  return name === undefined ? null : acceptName(name)
}

function idOf(given: Given): string | undefined {
  const id = textOf(given, 'id')?.toLowerCase()
  if (id !== undefined && !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)) {
    throw invalidField('id', 'must be a UUID')
  }
  return id
}

function hashOf(given: Given, firebase: FirebaseParameters | undefined): string {
  const text = textOf(given, 'password_hash') ?? ''
  // Django marks users without a password like this. They set one through the reset e-mail.
  if (text.startsWith('!')) return ''
  const converted =
    firebase !== undefined && isFirebaseHash(text) ? convertFirebaseHash(text, firebase) : { stored: text }
  if ('fault' in converted) throw invalidField('password_hash', converted.fault)
  const fault = converted.stored === '' ? undefined : faultOfHash(converted.stored)
  if (fault !== undefined) throw invalidField('password_hash', fault)
  return converted.stored
}

function scopesIn(given: Given): string[] {
  const value = given.scopes ?? []
  const scopes: unknown[] = typeof value === 'string' ? scopesOf(value) : Array.isArray(value) ? value : [undefined]
  const words = scopes.filter((scope) => typeof scope === 'string')
  if (words.length < scopes.length) {
    throw invalidField('scopes', 'must be a list of scopes, or a string of scopes separated by spaces')
  }
  return acceptScopes(words)
}

function totpSecretsOf(given: Given): string[] {
  const value = given.totp_secret ?? []
  const texts: unknown[] = Array.isArray(value) ? value : [value]
  const strings = texts.filter((text) => typeof text === 'string')
  if (strings.length < texts.length) throw invalidField('totp_secret', 'must be a string, or a list of strings')
  const secrets = strings.flatMap(splitTotpSecrets).map((text) => {
    const read = readTotpSecret(text)
    if ('fault' in read) throw invalidField('totp_secret', read.fault)
    return read.secret
  })
  if (secrets.length > maxTotpDevices) throw invalidField('totp_secret', `must have at most ${maxTotpDevices} secrets`)
  // Otherwise a code of the secret would be good once for each of its spellings.
  if (secrets.some((secret, index) => secrets.slice(0, index).some((earlier) => haveSameCodes(earlier, secret)))) {
    throw invalidField('totp_secret', 'contains a secret twice')
  }
  return secrets
}

/** Reads a number, which is a string in CSV. */
function countOf(given: Given, field: Field): number {
  const value = given[field] ?? 0
  const count = typeof value === 'string' && /^\d{0,9}$/.test(value) ? Number(value) : value
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) {
    throw invalidField(field, 'must be a whole number, 0 or more')
  }
  return count
}

/** Reads a time with an offset. A date without a time is midnight, UTC. */
function timeOf(given: Given, now: number): number {
  const text = textOf(given, 'created_at')
  if (text === undefined) return now
  const [, date, time = 'T00:00', offset = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:([T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d(?::\d\d)?))?$/.exec(text) ?? []
  const milliseconds = Date.parse(`${date}${time.replace(' ', 'T')}${/^.\d\d$/.test(offset) ? `${offset}:00` : offset}`)
  // Date.parse turns 30 February into another day.
  const isDate = !Number.isNaN(milliseconds) && new Date(`${date}T00:00Z`).toISOString().startsWith(`${date}T`)
  if (!isDate) throw invalidField('created_at', 'must be an ISO 8601 time with an offset, such as 2026-01-31T12:00:00Z')
  if (milliseconds < 0 || milliseconds > now + maxAheadMs) {
    throw invalidField('created_at', 'must be between 1970 and now')
  }
  return milliseconds
}
