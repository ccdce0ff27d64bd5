import { toIsoTime } from '../lib/time.ts'
import { describeDevice } from '../lib/user-agent.ts'
import type { AuditEvent } from './events.ts'

/** The JSON of an event, for the HTTP API and for the output of commands. */
export function toEventJson({ created_at: createdAt, actor, user_agent: userAgent, ...rest }: AuditEvent) {
  return {
    ...rest,
    created_at: toIsoTime(createdAt),
    actor_type: actor?.type ?? null,
    actor_id: actor !== null && 'id' in actor ? actor.id : null,
    device: userAgent === null ? null : describeDevice(userAgent),
    user_agent: userAgent,
  }
}
