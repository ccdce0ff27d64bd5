import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Events, toOwnEvent } from '../schemas/events.ts'
import { defaultLimit, IdCursor, Limit, paginate } from '../schemas/paging.ts'
import { problems } from '../schemas/problem.ts'

export const listOwnEvents: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/users/me/events',
    schema: {
      operationId: 'listOwnEvents',
      summary: 'What happened with one’s account',
      description:
        'The newest first: sign-ins and failed ones, changes of the account, and what others have done with it. Where an administrator was is not told.',
      tags: ['Account'],
      querystring: Type.Object({ limit: Limit, cursor: IdCursor }, { additionalProperties: false }),
      response: {
        200: { description: 'A part of it.', content: { 'application/json': { schema: Events } } },
        ...problems([400, 401, 403]),
      },
    },
    handler: async (request) => {
      const { limit = defaultLimit, cursor } = request.query
      const { id: userId } = scope.authentication.principalOf(request).account
      const { items, next } = await paginate(
        limit,
        (limit) => scope.audit.list({ userId, before: cursor?.toLowerCase(), limit }),
        ({ id }) => id,
      )
      return { events: items.map(toOwnEvent), next }
    },
  })
}
