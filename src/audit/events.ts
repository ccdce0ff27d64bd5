import type { EventRow } from '../store/index.ts'
import type { Actor, Origin } from './origin.ts'

/**
 * What is kept in the audit log, and how severe it is for whoever reads the log of the service: a
 * `notice` is as it should be, an `alarm` is for somebody to look at.
 */
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
  reauthentication_failed: 'notice',
  account_locked: 'alarm',
  account_unlocked: 'notice',

  // Accounts and what proves that they are somebody's.
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
} as const satisfies Record<string, 'notice' | 'alarm'>

export type EventName = keyof typeof events

/** Identifiers and words; never a secret, nor what somebody typed. */
export type Details = Record<string, string | number | boolean | null | string[]>

export interface NewEvent {
  event: EventName
  outcome?: 'success' | 'failure'
  /** Whose account it is about. */
  userId?: string | undefined
  origin: Origin
  /** Whether it took no proof of who somebody is, so that nobody knows who did it. */
  byStranger?: boolean
  details?: Details
}

/** An event as it is kept. Times are milliseconds since the epoch. */
export interface AuditEvent {
  /** Later events have greater ones. */
  id: string
  created_at: number
  /** An `EventName`, or one of a newer program. */
  event: string
  outcome: 'success' | 'failure'
  user_id: string | null
  /** Null for a stranger. */
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
