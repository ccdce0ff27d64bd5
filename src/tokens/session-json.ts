import { levelOf } from '../authorization/index.ts'
import { toIsoTime } from '../lib/time.ts'
import type { SessionInfo } from './sessions.ts'

export function toSessionJson({
  id,
  device,
  address,
  created_at: createdAt,
  used_at: usedAt,
  expires_at: expiresAt,
  authenticatedAt,
  methods,
}: SessionInfo) {
  return {
    id,
    device,
    address,
    created_at: toIsoTime(createdAt),
    used_at: toIsoTime(usedAt),
    expires_at: toIsoTime(expiresAt),
    authenticated_at: toIsoTime(authenticatedAt),
    amr: methods,
    acr: levelOf({ methods }),
  }
}
