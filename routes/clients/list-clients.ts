import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { paginate } from '../../src/lib/paginate.ts'
import { timeCursorOf } from '../../src/lib/time-cursor.ts'
import { describeClient } from '../../src/tokens/index.ts'
import { Cursor, defaultPageLimit, Next, PageLimit } from '../schemas/pagination.ts'
import { lacksRights } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { clientExample, clientFields } from './client.ts'

const Client = Type.Object(clientFields, {
  $id: 'Client',
  description: 'A registered client, without its secret.',
  examples: [clientExample],
})

const Clients = Type.Object(
  {
    clients: Type.Array(Client, { description: 'The clients, oldest first.' }),
    next: Next,
  },
  {
    $id: 'Clients',
    description: 'A page of registered clients.',
    examples: [{ clients: [clientExample], next: null }],
  },
)

export const listClients: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/clients',
    schema: {
      operationId: 'listClients',
      summary: 'List the registered clients',
      description: 'Returns a page of clients, oldest first, without their secrets.',
      tags: ['Administration'],
      querystring: Type.Object({ limit: PageLimit, cursor: Cursor }, { additionalProperties: false }),
      response: { 200: jsonResponse(Clients, 'A page of clients.'), ...problems([401], { 403: lacksRights }) },
    },
    handler: async ({ query: { limit = defaultPageLimit, cursor } }) => {
      const { clients } = scope.tokens
      const { items, next } = await paginate(limit, (limit) => clients.list({ after: cursor, limit }), timeCursorOf)
      return { clients: items.map(describeClient), next }
    },
  })
}
