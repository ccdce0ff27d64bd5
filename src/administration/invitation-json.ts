import { toIsoTime } from '../lib/time.ts'
import type { Invitation } from './invitations.ts'

export function toInvitationJson({ created_at: createdAt, expires_at: expiresAt, ...rest }: Invitation) {
  return { ...rest, created_at: toIsoTime(createdAt), expires_at: toIsoTime(expiresAt) }
}
