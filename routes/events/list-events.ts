import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { type EventName, events, isEventName, toEventJson } from '../../src/audit/index.ts'
import { paginate } from '../../src/lib/paginate.ts'
import { EventOutcome, Events } from '../schemas/event.ts'
import { defaultPageLimit, IdCursor, PageLimit } from '../schemas/pagination.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { parseTimeFilter, TimeFilter } from '../schemas/time-filter.ts'

const eventNames = Object.keys(events).filter(isEventName)

const EventFilter = Type.Object(
  {
    event: Type.Optional(Type.Unsafe<EventName>({ type: 'string', enum: eventNames, description: 'What happened.' })),
    outcome: Type.Optional(EventOutcome),
    user_id: Type.Optional(Type.String({ format: 'uuid', description: 'Whose account it is about.' })),
    actor_id: Type.Optional(
      Type.String({ format: 'text', minLength: 1, maxLength: 64, description: 'Which user or client did it.' }),
    ),
    address: Type.Optional(
      Type.String({
        format: 'text',
        minLength: 1,
        maxLength: 64,
        description: 'An address, or a network such as `192.0.2.0/24`.',
      }),
    ),
    since: TimeFilter('Only what happened then or later.'),
    until: TimeFilter('Only what happened before.'),
    limit: PageLimit,
    cursor: IdCursor,
  },
  { additionalProperties: false },
)

export const listEvents: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/events',
    schema: {
      operationId: 'listEvents',
      summary: 'The audit log',
      description:
        'What happened, the newest first: who did what to whom, from where, and whether it went well. All ' +
        'filters have to hold. It is kept for `EVENTS_KEEP_DAYS`.',
      tags: ['Administration'],
      querystring: EventFilter,
      response: { 200: jsonResponse(Events, 'A part of it.'), ...problems([401, 403]) },
    },
    handler: async ({ query }) => {
      const { limit = defaultPageLimit, cursor, event, outcome, user_id: userId, actor_id: actorId, address } = query
      const filter = {
        event,
        outcome,
        userId: userId?.toLowerCase(),
        actorId,
        address,
        since: parseTimeFilter('since', query.since),
        until: parseTimeFilter('until', query.until),
        before: cursor?.toLowerCase(),
      }
      const { items, next } = await paginate(
        limit,
        (limit) => scope.audit.list({ ...filter, limit }),
        ({ id }) => id,
      )
      return { events: items.map(toEventJson), next }
    },
  })
}
