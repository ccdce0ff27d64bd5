import type { EventRow } from '../store/index.ts'
import type { Actor, Origin } from './origin.ts'

/** How an event stands in the log of the service: a `notice` is normal, an operator should look at an `alarm`. */
export type Severity = 'notice' | 'alarm'

interface CatalogueEntry {
  severity: Severity
  /** For the reference page: when it is recorded. */
  when: string
  /** For the reference page: the meaning of each field of its details. */
  details: Record<string, string>
}

const sessionId = 'the id of the session'
const keyId = 'the `kid` of the key'
const sessionCount = 'how many sessions ended'
const scopesGiven = 'the scopes of the account'
const invitationId = 'the id of the invitation'
const failedAttempt = {
  factor: 'what was presented: `password`, `mailed_code` or `mailed_link`',
  reason: 'why it was rejected, such as `wrong`, `no_such_account`, `disabled`, `locked` or `changed_meanwhile`',
}

/**
 * The catalogue of audit events. `npm run generate` makes the reference page of it. An event is recorded with the
 * details that it names here, and no others.
 */
export const events = {
  // Getting in and out.
  registered: { severity: 'notice', when: 'A user registered.', details: {} },
  signed_in: {
    severity: 'notice',
    when: 'A user signed in.',
    details: {
      session_id: sessionId,
      factor: '`password`',
      scope: 'the granted scopes, separated by spaces',
      known_location: 'whether the network or the device was known',
    },
  },
  sign_in_failed: {
    severity: 'notice',
    when: 'A sign-in was rejected.',
    details: {
      ...failedAttempt,
      reason: `${failedAttempt.reason}, or the error code where the password was right, such as \`email_not_verified\``,
    },
  },
  sign_in_throttled: {
    severity: 'alarm',
    when: 'An attempt at a password or a code was rejected unseen, after too many wrong ones (429 `slow_down`).',
    details: {},
  },
  signed_out: {
    severity: 'notice',
    when: 'A session was ended with `POST /revoke`.',
    details: { session_id: sessionId },
  },
  sessions_ended: {
    severity: 'notice',
    when: 'Sessions were ended by their user or an administrator.',
    details: {
      sessions: sessionCount,
      session_id: 'the id of the session, if a single one was named',
      of: '`everybody`, if the sessions of all users were ended',
    },
  },
  refresh_token_reused: {
    severity: 'alarm',
    when: 'A refresh token that had been used was presented again, so its session was ended.',
    details: { session_id: sessionId },
  },
  refresh_from_another_network: {
    severity: 'alarm',
    when: 'A used refresh token was presented again within `REFRESH_REUSE_SECONDS`, from another network.',
    details: { session_id: sessionId },
  },
  refresh_retried_late: {
    severity: 'notice',
    when: 'A used refresh token was accepted again after `REFRESH_REUSE_SECONDS`, for a lost response.',
    details: {
      session_id: sessionId,
      evidence: 'what made it acceptable: `device` or `network`',
      retries: 'how many of these the session has had within 24 hours',
    },
  },
  reauthentication_failed: {
    severity: 'notice',
    when: 'A request that needs the current password had a wrong one.',
    details: failedAttempt,
  },
  account_locked: {
    severity: 'alarm',
    when: 'An account was locked after `ACCOUNT_FAILURES` wrong attempts in a row.',
    details: {
      in_a_row: 'how many wrong attempts there were in a row',
      known_location: 'true if one known place is locked, false if all unknown places are',
    },
  },
  account_unlocked: { severity: 'notice', when: 'An administrator unlocked an account.', details: {} },

  // Accounts, and how owners prove that they own them.
  password_changed: { severity: 'notice', when: 'A user changed their password.', details: {} },
  password_reset_requested: { severity: 'notice', when: 'A reset e-mail was requested for an account.', details: {} },
  password_reset: {
    severity: 'notice',
    when: 'A password was reset with a mailed link or code.',
    details: { factor: '`mailed_link` or `mailed_code`' },
  },
  password_reset_failed: {
    severity: 'notice',
    when: 'A link or code of a reset e-mail was rejected.',
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
    when: 'A link or code of a verification e-mail was rejected.',
    details: failedAttempt,
  },
  email_rejected: {
    severity: 'notice',
    when: 'The owner of a mailbox rejected an account’s claim to its address.',
    details: {},
  },
  email_changed: { severity: 'notice', when: 'The e-mail address of an account changed.', details: {} },
  account_changed: {
    severity: 'notice',
    when: 'Fields of an account changed.',
    details: { changed: 'the names of the fields' },
  },
  account_exported: { severity: 'notice', when: 'A user exported the data of their account.', details: {} },
  account_deleted: { severity: 'notice', when: 'An account was deleted.', details: {} },

  // Administration.
  authorization_failed: {
    severity: 'alarm',
    when: 'A request was rejected because its token lacks a scope.',
    details: { operation: 'the method and the route', missing: 'the scopes that are missing' },
  },
  user_created: {
    severity: 'notice',
    when: 'An account was created by the command line or by the host.',
    details: { scopes: scopesGiven },
  },
  user_disabled: { severity: 'notice', when: 'A user was disabled.', details: { sessions: sessionCount } },
  user_enabled: { severity: 'notice', when: 'A user was enabled.', details: {} },
  scopes_changed: {
    severity: 'notice',
    when: 'The scopes of a user changed.',
    details: { granted: 'the scopes that were added', withdrawn: 'the scopes that were removed' },
  },
  user_invited: {
    severity: 'notice',
    when: 'A person was invited.',
    details: { invitation_id: invitationId, scopes: scopesGiven },
  },
  invitation_accepted: {
    severity: 'notice',
    when: 'An account was created from an invitation.',
    details: {
      invitation_id: invitationId,
      inviter_type: 'the kind of the inviter, such as `user` or `command`',
      inviter_id: 'the id of the inviter, if they have one',
      scopes: scopesGiven,
    },
  },
  invitation_withdrawn: {
    severity: 'notice',
    when: 'An invitation was withdrawn.',
    details: { invitation_id: invitationId },
  },
  users_imported: {
    severity: 'notice',
    when: 'An import of users wrote its first account, and when it ended.',
    details: {
      stage: '`started` or `ended`',
      imported: 'at the end: how many accounts were created',
      already_there: 'at the end: how many existed before',
      refused: 'at the end: how many lines were rejected',
      complete: 'at the end: whether the file was read to its end',
    },
  },
  users_exported: { severity: 'notice', when: 'All accounts were exported, hashes included.', details: {} },
  client_created: {
    severity: 'notice',
    when: 'A client was registered.',
    details: { client_id: 'the id of the client', scope: 'its scopes, separated by spaces' },
  },
  client_deleted: {
    severity: 'notice',
    when: 'A client was removed.',
    details: { client_id: 'the id of the client' },
  },
  client_authentication_failed: {
    severity: 'alarm',
    when: 'A client secret was wrong, or the client is unknown.',
    details: { client_id: 'the id of the client, or null if there is no such client' },
  },
  key_published: {
    severity: 'notice',
    when: 'A signing key was created and published.',
    details: { kid: keyId, alg: 'its algorithm', signs_at: 'when it begins to sign' },
  },
  signing_keys_revoked: {
    severity: 'alarm',
    when: 'Every signing key was withdrawn at once.',
    details: { kid: 'the `kid` of the new key, if there is one', withdrawn: 'the `kid` of each withdrawn key' },
  },
  key_removed: {
    severity: 'notice',
    when: 'A retired signing key was deleted, after its last token had expired.',
    details: { kid: keyId },
  },
  keys_reset: {
    severity: 'alarm',
    when: 'A new master key was adopted with `latchkey keys reset` or `latchkey restore --reset-keys`.',
    details: {},
  },
  backup_made: { severity: 'notice', when: 'A backup was made with `latchkey backup`.', details: {} },
  backup_restored: {
    severity: 'alarm',
    when: 'A backup was restored, or `latchkey restored` was run after a recovery.',
    details: {
      sessions: sessionCount,
      keys: 'how many signing keys were withdrawn',
      links: 'how many mailed links and codes were invalidated',
      mails: 'how many waiting messages were deleted',
      kept: 'with `--keep` or `--reset-keys`: whether what the backup holds is still valid',
    },
  },
} as const satisfies Record<string, CatalogueEntry>

export type EventName = keyof typeof events

/** Identifiers, numbers and snake_case words; never a secret, nor text that a user typed. */
export type Details = Record<string, string | number | boolean | null | string[]>

/** An event to be recorded, whatever its name. */
export interface AnyNewEvent {
  event: EventName
  outcome?: 'success' | 'failure'
  /** The account that the event is about. */
  userId?: string | undefined
  origin: Origin
  /** Whether it required no proof of identity, so that the actor is unknown. */
  byStranger?: boolean
  /** Whether it is a sign-in from an unknown location, of which more are recorded. */
  isFromUnknownLocation?: boolean
  details?: Partial<Details>
}

/** The fields of an event's details, or the number of events that were left out of the log. */
type DetailName<Name extends EventName> = keyof (typeof events)[Name]['details'] | 'suppressed'

/** An event to be recorded, with the details that the catalogue names for it. */
export interface NewEvent<Name extends EventName> extends AnyNewEvent {
  event: Name
  details?: { [Detail in DetailName<Name>]?: Details[string] }
}

/** A recorded event. Times are milliseconds since the epoch. */
export interface AuditEvent {
  /** Later events have greater ids. */
  id: string
  created_at: number
  /** An `EventName`, or an event of a newer program. */
  event: string
  outcome: 'success' | 'failure'
  user_id: string | null
  /** Null where it is unknown. */
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
