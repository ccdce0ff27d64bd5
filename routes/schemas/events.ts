import { type Static, Type } from '@sinclair/typebox'
import { type AuditEvent, type EventName, events, isEventName, toEventJson } from '../../src/audit/index.ts'
import { Next } from './paging.ts'

const Text = (description: string) => Type.Unsafe<string | null>({ type: ['string', 'null'], description })

const names = Object.keys(events).filter(isEventName)

export const EventFilter = Type.Unsafe<EventName>({ type: 'string', enum: names, description: 'What happened.' })

export const OutcomeFilter = Type.Unsafe<AuditEvent['outcome']>({ type: 'string', enum: ['success', 'failure'] })

/** Identifiers and words, which differ from event to event. */
export const EventDetails = Type.Unsafe<AuditEvent['details']>({
  type: 'object',
  additionalProperties: true,
  $id: 'EventDetails',
  description: 'What else is known of an event; it depends on which one it is.',
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
    event: Type.String({ description: 'What happened.' }),
    outcome: OutcomeFilter,
    user_id: Text('Whose account it is about, if it is about one.'),
    actor_type: Text('Who did it: `user`, `client`, `command` or `service`; null for a stranger.'),
    actor_id: Text('Which user or client that is.'),
    address: Text('Where it came from.'),
    device: Text('From what, in words, as far as its User-Agent tells.'),
    user_agent: Text('What it said that it is.'),
    request_id: Text('That of the request, as it stands in the log of the service.'),
    details: EventDetails,
  },
  { $id: 'Event', description: 'Something that happened.', examples: [example] },
)

export const Events = Type.Object(
  {
    events: Type.Array(Event, { description: 'The newest first.' }),
    next: Next,
  },
  { $id: 'Events', description: 'A part of the audit log.', examples: [{ events: [example], next: null }] },
)

export function toWireEvent(event: AuditEvent): Static<typeof Event> {
  return toEventJson(event)
}

/** For the person whom it is about: where an administrator sits is none of their business, where a stranger does is. */
export function toOwnEvent(event: AuditEvent): Static<typeof Event> {
  const { actor, user_id: userId } = event
  const isOfAdministrator = actor !== null && 'id' in actor && actor.id !== userId
  return toWireEvent(isOfAdministrator ? { ...event, address: null, user_agent: null, request_id: null } : event)
}
