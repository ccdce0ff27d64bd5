import { type Static, Type } from '@sinclair/typebox'
import { type AuditEvent, type EventName, events, isEventName, toEventJson } from '../../src/audit/index.ts'
import { NullableString } from './nullable.ts'
import { Next } from './pagination.ts'

export const EventOutcome = Type.Unsafe<AuditEvent['outcome']>({ type: 'string', enum: ['success', 'failure'] })

const eventKind = {
  type: 'string',
  enum: Object.keys(events).filter(isEventName),
  description: 'The kind of event.',
}

export const EventKind = Type.Unsafe<EventName>(eventKind)

/** Identifiers and words, which depend on the kind of event. */
const EventDetails = Type.Unsafe<AuditEvent['details']>({
  type: 'object',
  additionalProperties: true,
  $id: 'EventDetails',
  description: 'Further details of an event. The fields depend on `event`.',
  examples: [{ session_id: '019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d', factor: 'password' }],
})

const example = {
  id: '019ab0c4-5b11-7a2b-8c3d-4e5f6a7b8c9d',
  created_at: '2026-11-25T18:12:00.000Z',
  event: 'signed_in',
  outcome: 'success',
  user_id: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a',
  actor_type: 'user',
  actor_id: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a',
  address: '203.0.113.7',
  device: 'Firefox on Linux',
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  request_id: '7bf3bbf3-5c07-48ea-ac0a-5d579fc2896c',
  details: { session_id: '019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d', factor: 'password' },
}

export const Event = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    created_at: Type.String({ format: 'date-time' }),
    event: Type.Unsafe<string>(eventKind),
    outcome: EventOutcome,
    user_id: NullableString({ description: 'The id of the user whose account the event concerns.' }),
    actor_type: NullableString({
      description: 'The kind of actor: `user`, `client`, `command` or `service`; null for an unknown caller.',
    }),
    actor_id: NullableString({ description: 'The id of the user or client that acted.' }),
    address: NullableString({ description: 'The IP address of the request.' }),
    device: NullableString({ description: 'The browser or app and its operating system, from the User-Agent.' }),
    user_agent: NullableString({ description: 'The User-Agent header of the request.' }),
    request_id: NullableString({ description: 'The id of the request in the service’s log.' }),
    details: EventDetails,
  },
  { $id: 'AuditEvent', description: 'An event of the audit log.', examples: [example] },
)

export const Events = Type.Object(
  {
    events: Type.Array(Event, { description: 'The events, newest first.' }),
    next: Next,
  },
  { $id: 'AuditEvents', description: 'A page of the audit log.', examples: [{ events: [example], next: null }] },
)

/** An event for the user it concerns. The IP address and device of an administrator are omitted. */
export function toOwnEventJson(event: AuditEvent): Static<typeof Event> {
  const { actor, user_id: userId } = event
  const isByAdministrator = actor !== null && 'id' in actor && actor.id !== userId
  return toEventJson(isByAdministrator ? { ...event, address: null, user_agent: null, request_id: null } : event)
}
