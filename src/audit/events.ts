import type { EventRow } from '../store/index.ts'
import type { Actor, Origin } from './origin.ts'

/** How an event stands in the log of the service: a `notice` is normal, an operator should look at an `alarm`. */
export type Severity = 'notice' | 'alarm'

/** The catalogue of audit events, with the severity of each. */
export const events = {
  // Getting in and out.
  registered: 'notice',
  signed_in: 'notice',
  sign_in_failed: 'notice',
  sign_in_throttled: 'alarm',
  signed_out: 'notice',
  sessions_ended: 'notice',
  refresh_token_reused: 'alarm',
  refresh_from_another_network: 'alarm',
  refresh_retried_late: 'notice',
  reauthentication_failed: 'notice',
  account_locked: 'alarm',
  account_unlocked: 'notice',

  // Accounts, and how owners prove that they own them.
  password_changed: 'notice',
  password_reset_requested: 'notice',
  password_reset: 'notice',
  password_reset_failed: 'notice',
  email_verification_requested: 'notice',
  email_verified: 'notice',
  email_verification_failed: 'notice',
  email_rejected: 'notice',
  email_changed: 'notice',
  account_changed: 'notice',
  account_exported: 'notice',
  account_deleted: 'notice',

  // Administration.
  authorization_failed: 'alarm',
  user_created: 'notice',
  user_disabled: 'notice',
  user_enabled: 'notice',
  scopes_changed: 'notice',
  user_invited: 'notice',
  invitation_accepted: 'notice',
  invitation_withdrawn: 'notice',
  users_imported: 'notice',
  users_exported: 'notice',
  client_created: 'notice',
  client_deleted: 'notice',
  client_authentication_failed: 'alarm',
  key_published: 'notice',
  signing_keys_revoked: 'alarm',
  key_removed: 'notice',
  keys_reset: 'alarm',
  backup_made: 'notice',
  backup_restored: 'alarm',
} as const satisfies Record<string, Severity>

export type EventName = keyof typeof events

/** Identifiers, numbers and snake_case words; never a secret, nor text that a user typed. */
export type Details = Record<string, string | number | boolean | null | string[]>

export interface NewEvent {
  event: EventName
  outcome?: 'success' | 'failure'
  /** The account that the event is about. */
  userId?: string | undefined
  origin: Origin
  /** Whether it required no proof of identity, so that the actor is unknown. */
  byStranger?: boolean
  /** Whether it is a sign-in from an unknown location, of which more are recorded. */
  isFromUnknownLocation?: boolean
  details?: Details
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
