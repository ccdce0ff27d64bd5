import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { EventFilter, Events, OutcomeFilter, toWireEvent } from '../schemas/events.ts'
import { defaultLimit, IdCursor, Limit, paginate } from '../schemas/paging.ts'
import { problems } from '../schemas/problem.ts'
import { millisecondsOf, TimeFilter } from '../schemas/time.ts'

const Filter = Type.Object(
  {
    event: Type.Optional(EventFilter),
    outcome: Type.Optional(OutcomeFilter),
    user_id: Type.Optional(Type.String({ format: 'uuid', description: 'Whose account it is about.' })),
    actor_id: Type.Optional(
      Type.String({ format: 'text', minLength: 1, maxLength: 64, description: 'Which user or client did it.' }),
    ),
    address: Type.Optional(
      Type.String({ format: 'text', minLength: 1, maxLength: 64, description: 'Where it came from.' }),
    ),
    since: TimeFilter('Only what happened then or later.'),
    until: TimeFilter('Only what happened before.'),
    limit: Limit,
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
        'What happened, the newest first: who did what to whom, from where, and whether it went well. All filters have to hold. It is kept for `EVENTS_KEEP_DAYS`.',
      tags: ['Administration'],
      querystring: Filter,
      response: {
        200: { description: 'A part of it.', content: { 'application/json': { schema: Events } } },
        ...problems([400, 401, 403]),
      },
    },
    handler: async ({ query }) => {
      const { limit = defaultLimit, cursor, event, outcome, user_id: userId, actor_id: actorId, address } = query
      const filter = {
        event,
        outcome,
        userId: userId?.toLowerCase(),
        actorId,
        address,
        since: millisecondsOf('since', query.since),
        until: millisecondsOf('until', query.until),
        before: cursor?.toLowerCase(),
      }
      const { items, next } = await paginate(
        limit,
        (limit) => scope.audit.list({ ...filter, limit }),
        ({ id }) => id,
      )
      return { events: items.map(toWireEvent), next }
    },
  })
}
