import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { paginate } from '../../src/lib/paginate.ts'
import { Events, toOwnEventJson } from '../schemas/event.ts'
import { defaultPageLimit, IdPageQuery } from '../schemas/pagination.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'

export const listAccountEvents: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/users/me/events',
    schema: {
      operationId: 'listAccountEvents',
      summary: 'List the events of your account',
      description:
        'Returns successful and failed sign-ins and all changes of your account, newest first. For changes by an ' +
        'administrator, the IP address and the device are omitted.',
      tags: ['Account'],
      querystring: IdPageQuery,
      response: { 200: jsonResponse(Events, 'A page of events.'), ...problems([401, 403]) },
    },
    handler: async (request) => {
      const { limit = defaultPageLimit, cursor } = request.query
      const { id: userId } = scope.authentication.principalOf(request).account
      const { items, next } = await paginate(
        limit,
        (limit) => scope.audit.list({ userId, before: cursor?.toLowerCase(), limit }),
        ({ id }) => id,
      )
      return { events: items.map(toOwnEventJson), next }
    },
  })
}
