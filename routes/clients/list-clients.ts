import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { describeClient } from '../../src/tokens/index.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { clientExample, clientFields } from './client.ts'

const Client = Type.Object(clientFields, {
  $id: 'Client',
  description: 'A confidential client.',
  examples: [clientExample],
})

const Clients = Type.Object(
  { clients: Type.Array(Client, { description: 'All of them, the oldest first.' }) },
  { $id: 'Clients', description: 'The confidential clients.' },
)

export const listClients: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/clients',
    schema: {
      operationId: 'listClients',
      summary: 'The clients that are registered',
      description: 'Without their secrets, which nobody knows but they.',
      tags: ['Administration'],
      response: { 200: jsonResponse(Clients, 'The clients.'), ...problems([401, 403]) },
    },
    handler: async () => ({ clients: (await scope.tokens.clients.list()).map(describeClient) }),
  })
}
