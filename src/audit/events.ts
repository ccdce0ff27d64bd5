import type { EventRow } from '../store/index.ts'
import type { Actor, Origin } from './origin.ts'

/** How the service logs an event: a `notice` is part of normal operation, an `alarm` should be investigated. */
export type Severity = 'notice' | 'alarm'

interface CatalogueEntry {
  severity: Severity
  /** A sentence for the reference page: what happened when the event is recorded. */
  when: string
  /** For the reference page: the meaning of each field in the event's details. */
  details: Record<string, string>
}

const sessionId = 'the id of the session'
const keyId = 'the `kid` of the key'
const sessionCount = 'the number of sessions ended'
const accountScopes = 'the scopes of the account'
const clientId = 'the id of the client'
const invitationId = 'the id of the invitation'
const failedAttempt = {
  factor:
    'what was checked: `password`, `otp` (the code of a second factor), `passkey`, `mailed_code` or `mailed_link`',
  reason: 'why it was rejected, such as `wrong`, `no_such_account`, `disabled`, `locked` or `changed_meanwhile`',
}

const secondFactor = { factor: 'its kind: `totp` or `passkey`', factor_id: 'its id' }

/**
 * The catalogue of audit events, from which `npm run generate` writes the reference page. An event may only be
 * recorded with the details listed for it here.
 */
export const events = {
  // Sign-in, sign-out and sessions.
  registered: { severity: 'notice', when: 'A user registered.', details: {} },
  signed_in: {
    severity: 'notice',
    when: 'A user signed in.',
    details: {
      session_id: sessionId,
      factor:
        'what was checked first: `password`, a `passkey` alone, or `otp` or `passkey` if the password was checked in ' +
        'an earlier request',
      second_factor: '`totp`, `recovery_code`, `passkey` or `remembered_device`, if one was used after the password',
      scope: 'the granted scopes, separated by spaces',
      known_location: 'whether the network or the device was already known',
    },
  },
  sign_in_failed: {
    severity: 'notice',
    when: 'A sign-in was rejected.',
    details: {
      ...failedAttempt,
      reason:
        `${failedAttempt.reason}; when the password was correct, ` +
        'the code of the error that prevented the sign-in, such as `email_not_verified`',
    },
  },
  mfa_required: {
    severity: 'notice',
    when: 'A password was correct, but the account has a second factor and the request had no valid code.',
    details: { known_location: 'whether the network or the device was already known' },
  },
  recovery_code_used: {
    severity: 'alarm',
    when: 'A recovery code was used.',
    details: { codes_left: 'the number of unused recovery codes' },
  },
  sign_in_throttled: {
    severity: 'alarm',
    when: 'A password, code or passkey was rejected without being checked, after too many failures (429 `slow_down`).',
    details: {},
  },
  signed_out: {
    severity: 'notice',
    when: 'A session was ended with `POST /revoke`.',
    details: { session_id: sessionId },
  },
  sessions_ended: {
    severity: 'notice',
    when: 'A user or an administrator ended one or more sessions.',
    details: {
      sessions: sessionCount,
      session_id: 'the id of the session, if the request named a single one',
      of: '`everybody`, if the sessions of all users ended',
    },
  },
  refresh_token_reused: {
    severity: 'alarm',
    when: 'A refresh token that had already been used was presented again. Its session was ended.',
    details: { session_id: sessionId },
  },
  refresh_from_another_network: {
    severity: 'alarm',
    when: 'A used refresh token was accepted again within `REFRESH_REUSE_SECONDS`, but from another network.',
    details: { session_id: sessionId },
  },
  refresh_retried_late: {
    severity: 'notice',
    when:
      'A used refresh token was accepted again after `REFRESH_REUSE_SECONDS`, because its response had apparently ' +
      'been lost.',
    details: {
      session_id: sessionId,
      evidence: 'what identified the client: its `device` or its `network`',
      retries: 'the number of such retries of the session within 24 hours',
    },
  },
  reauthenticated: {
    severity: 'notice',
    when: 'A user who was signed in proved again that it is them (`POST /users/me/reauthenticate`).',
    details: { session_id: sessionId, factor: 'what was checked: `password`, `otp` or `passkey`' },
  },
  reauthentication_failed: {
    severity: 'notice',
    when: 'The current password, a code or a passkey was rejected in a request that requires it.',
    details: failedAttempt,
  },
  account_locked: {
    severity: 'alarm',
    when: 'An account was locked after `ACCOUNT_FAILURES` consecutive failures.',
    details: {
      factor: failedAttempt.factor,
      in_a_row: 'the number of consecutive failures',
      known_location:
        'true if the account is locked on one known network or device, false if it is locked on all unknown ones',
    },
  },
  account_unlocked: { severity: 'notice', when: 'An administrator unlocked an account.', details: {} },

  second_factor_added: {
    severity: 'notice',
    when: 'A user added a second factor.',
    details: secondFactor,
  },
  second_factor_removed: {
    severity: 'notice',
    when: 'A user removed a second factor.',
    details: secondFactor,
  },
  passkey_copied: {
    severity: 'alarm',
    when: 'A passkey was rejected because its signature counter did not increase: it may have been copied.',
    details: { factor_id: 'the id of the passkey' },
  },
  second_factors_reset: {
    severity: 'alarm',
    when:
      'All second factors and recovery codes of a user were removed: by an administrator, or by a password reset ' +
      'through an e-mail address that was not verified.',
    details: { factors: 'the number of second factors removed' },
  },
  recovery_codes_replaced: {
    severity: 'notice',
    when: 'A user created new recovery codes, which replaced the previous ones.',
    details: {},
  },

  // Accounts: passwords, e-mail addresses, personal data.
  password_changed: { severity: 'notice', when: 'A user changed their password.', details: {} },
  password_reset_requested: { severity: 'notice', when: 'A reset e-mail was requested for an account.', details: {} },
  password_reset: {
    severity: 'notice',
    when: 'A password was reset with an e-mailed link or code.',
    details: { factor: 'what was checked: `mailed_link` or `mailed_code`' },
  },
  password_reset_failed: {
    severity: 'notice',
    when: 'A link or code from a reset e-mail was rejected.',
    details: failedAttempt,
  },
  email_verification_requested: {
    severity: 'notice',
    when: 'A verification e-mail was requested for an account.',
    details: {},
  },
  email_verified: { severity: 'notice', when: 'An e-mail address was verified.', details: {} },
  email_verification_failed: {
    severity: 'notice',
    when: 'A link or code from a verification e-mail was rejected.',
    details: failedAttempt,
  },
  email_rejected: {
    severity: 'notice',
    when: 'The owner of a mailbox reported that the account using its address is not theirs.',
    details: {},
  },
  email_changed: { severity: 'notice', when: 'The e-mail address of an account changed.', details: {} },
  account_changed: {
    severity: 'notice',
    when: 'Fields of an account changed.',
    details: { changed: 'the names of the changed fields' },
  },
  account_exported: { severity: 'notice', when: 'A user exported the data of their own account.', details: {} },
  account_deleted: { severity: 'notice', when: 'An account was deleted.', details: {} },

  // Administration.
  authorization_failed: {
    severity: 'alarm',
    when: 'A request was rejected because the access token lacks a scope.',
    details: { operation: 'the HTTP method and the route', missing: 'the missing scopes' },
  },
  user_created: {
    severity: 'notice',
    when: 'An account was created from the command line or by the host app.',
    details: { scopes: accountScopes },
  },
  user_disabled: { severity: 'notice', when: 'A user was disabled.', details: { sessions: sessionCount } },
  user_enabled: { severity: 'notice', when: 'A user was enabled.', details: {} },
  scopes_changed: {
    severity: 'notice',
    when: 'The scopes of a user changed.',
    details: { granted: 'the added scopes', withdrawn: 'the removed scopes' },
  },
  user_invited: {
    severity: 'notice',
    when: 'An invitation was created.',
    details: { invitation_id: invitationId, scopes: 'the scopes that the account will have' },
  },
  invitation_accepted: {
    severity: 'notice',
    when: 'An account was created from an invitation.',
    details: {
      invitation_id: invitationId,
      inviter_type: 'the type of the inviter, such as `user` or `command`',
      inviter_id: 'the id of the inviter; null for the command line and the service',
      scopes: accountScopes,
    },
  },
  invitation_withdrawn: {
    severity: 'notice',
    when: 'An invitation was withdrawn.',
    details: { invitation_id: invitationId },
  },
  users_imported: {
    severity: 'notice',
    when: 'An import of users created its first account, or ended.',
    details: {
      stage: '`started` or `ended`',
      imported: 'when ended: the number of accounts created',
      already_there: 'when ended: the number of accounts that already existed',
      refused: 'when ended: the number of lines rejected',
      second_factors: 'when ended: the number of authenticator apps of the accounts created',
      complete: 'when ended: whether the whole file was read',
    },
  },
  users_exported: {
    severity: 'notice',
    when: 'All accounts were exported, including password hashes.',
    details: { secrets: 'whether the secrets of authenticator apps were exported as well' },
  },
  client_created: {
    severity: 'notice',
    when: 'A client was registered.',
    details: { client_id: clientId, scope: 'the scopes of the client, separated by spaces' },
  },
  client_deleted: {
    severity: 'notice',
    when: 'A client was deleted.',
    details: { client_id: clientId },
  },
  client_authentication_failed: {
    severity: 'alarm',
    when: 'A request named an unknown client or had a wrong client secret.',
    details: { client_id: 'the id of the client; null if there is no such client' },
  },
  key_published: {
    severity: 'notice',
    when: 'A signing key was created and published.',
    details: { kid: keyId, alg: 'the algorithm of the key', signs_at: 'the time from which the key signs' },
  },
  signing_keys_revoked: {
    severity: 'alarm',
    when: 'All signing keys were revoked at once.',
    details: { kid: 'the `kid` of the new key, if one was created', withdrawn: 'the `kid` of each revoked key' },
  },
  key_removed: {
    severity: 'notice',
    when: 'A retired signing key was deleted after its last token had expired.',
    details: { kid: keyId },
  },
  keys_reset: {
    severity: 'alarm',
    when: '`latchkey keys reset` or `latchkey restore --reset-keys` adopted a new master key.',
    details: {},
  },
  backup_made: { severity: 'notice', when: '`latchkey backup` completed a backup.', details: {} },
  backup_restored: {
    severity: 'alarm',
    when: 'A backup was restored, or `latchkey restored` was run after the database was recovered by other means.',
    details: {
      sessions: sessionCount,
      keys: 'the number of signing keys revoked',
      links: 'the number of e-mailed links and codes invalidated',
      mails: 'the number of unsent messages deleted',
      kept: 'with `--keep` or `--reset-keys`: whether the sessions, keys and links in the backup remain valid',
    },
  },
} as const satisfies Record<string, CatalogueEntry>

export type EventName = keyof typeof events

/** Identifiers, numbers and snake_case words. They must contain no secret and no text that a user typed. */
export type Details = Record<string, string | number | boolean | null | string[]>

/** An event to record, of any name. */
export interface AnyNewEvent {
  event: EventName
  outcome?: 'success' | 'failure'
  /** The account that the event is about. */
  userId?: string | undefined
  origin: Origin
  /** Whether the caller gave no proof of identity, so that the actor is unknown. */
  byStranger?: boolean
  /** Whether it is a sign-in from an unknown location. These have a larger quota. */
  isFromUnknownLocation?: boolean
  details?: Partial<Details>
}

/** The fields of an event's details. `suppressed` is the number of events that were counted instead of recorded. */
type DetailName<Name extends EventName> = keyof (typeof events)[Name]['details'] | 'suppressed'

/** An event to record, with the details that the catalogue lists for it. */
export interface NewEvent<Name extends EventName> extends AnyNewEvent {
  event: Name
  details?: { [Detail in DetailName<Name>]?: Details[string] }
}

/** A recorded event. Times are milliseconds since the epoch. */
export interface AuditEvent {
  /** A UUIDv7 (RFC 9562 5.7): later events have greater ids. */
  id: string
  created_at: number
  /** An `EventName`, or the name of an event that a newer version recorded. */
  event: string
  outcome: 'success' | 'failure'
  user_id: string | null
  /** Null when the actor is unknown. */
  actor: Actor | null
  address: string | null
  user_agent: string | null
  request_id: string | null
  details: Details
}

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name)
}

export function toEvent({ actor_type: type, actor_id: id, details, ...row }: EventRow): AuditEvent {
  return { ...row, actor: actorOf(type, id), details: JSON.parse(details) }
}

function actorOf(type: EventRow['actor_type'], id: string | null): Actor | null {
  if (type === null) return null
  return type === 'user' || type === 'client' ? { type, id: id ?? '' } : { type }
}
