import type { Invitation } from './administration/invitations.ts'
import type { ManagedUser } from './users/list-users.ts'
import type { AuditEvent } from './audit/events.ts'
import { describeDevice } from './lib/user-agent.ts'
import type { Account } from './authorization/principal.ts'
import type { OwnSession } from './tokens/sessions.ts'

/*
 * What programs get, over HTTP and from the command: times in ISO 8601, and no more than they may know.
 */

/** @param time milliseconds since the epoch */
export function isoOf(time: number): string {
  return new Date(time).toISOString()
}

/** As users see themselves. */
export function wireAccount({
  id,
  username,
  name,
  email,
  email_verified,
  pending_email,
  created_at: createdAt,
}: Account) {
  return { id, username, name, email, email_verified, pending_email, created_at: isoOf(createdAt) }
}

/** As administrators see them. */
export function wireUser(user: ManagedUser) {
  const { scopes, disabled, shut, sessions, signed_in_at: signedInAt, updated_at: updatedAt } = user
  return {
    ...wireAccount(user),
    scopes,
    disabled,
    shut,
    sessions,
    signed_in_at: signedInAt === null ? null : isoOf(signedInAt),
    updated_at: isoOf(updatedAt),
  }
}

export function wireSession({
  id,
  device,
  address,
  created_at: createdAt,
  used_at: usedAt,
  expires_at: expiresAt,
}: OwnSession) {
  return { id, device, address, created_at: isoOf(createdAt), used_at: isoOf(usedAt), expires_at: isoOf(expiresAt) }
}

export function wireInvitation({ created_at: createdAt, expires_at: expiresAt, ...rest }: Invitation) {
  return { ...rest, created_at: isoOf(createdAt), expires_at: isoOf(expiresAt) }
}

export function wireEvent({ created_at: createdAt, actor, user_agent: userAgent, ...rest }: AuditEvent) {
  return {
    ...rest,
    created_at: isoOf(createdAt),
    actor_type: actor?.type ?? null,
    actor_id: actor !== null && 'id' in actor ? actor.id : null,
    device: userAgent === null ? null : describeDevice(userAgent),
    user_agent: userAgent,
  }
}
