import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toEventJson } from '../../src/audit/index.ts'
import { paginate } from '../../src/lib/paginate.ts'
import { EventKind, EventOutcome, Events } from '../schemas/event.ts'
import { defaultPageLimit, IdCursor, PageLimit } from '../schemas/pagination.ts'
import { Id } from '../schemas/id.ts'
import { lacksRights } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { parseTimeFilter, TimeFilter } from '../schemas/time-filter.ts'

const EventFilter = Type.Object(
  {
    event: Type.Optional(EventKind),
    outcome: Type.Optional(EventOutcome),
    user_id: Type.Optional(Id('The user whose account the event concerns.')),
    actor_id: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'The user or client that acted.' }),
    ),
    address: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'An IP address, or a network such as `192.0.2.0/24`.',
      }),
    ),
    since: TimeFilter('Only events at or after this time.'),
    until: TimeFilter('Only events before this time.'),
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
      summary: 'List the events of the audit log',
      description:
        'Returns a page of events, newest first, that match all given filters. An event records the actor, the user ' +
        'concerned, the IP address and the outcome. Events are kept for `EVENTS_KEEP_DAYS`.',
      tags: ['Administration'],
      querystring: EventFilter,
      response: { 200: jsonResponse(Events, 'A page of events.'), ...problems([401], { 403: lacksRights }) },
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
