import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { beyondClient } from './client.ts'

export const deleteClient: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/clients/:client_id',
    schema: {
      operationId: 'deleteClient',
      summary: 'Remove a client',
      description: 'Its secret and its tokens are refused from the next request on.',
      tags: ['Administration'],
      params: Type.Object({ client_id: Type.String({ format: 'text', maxLength: 64, description: 'The client’s.' }) }),
      response: {
        204: emptyResponse('It is gone.'),
        ...problems([401], {
          403: beyondClient,
          404: { code: 'not_found', detail: 'There is no such client.' },
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.tokens.clients.remove(request.params.client_id, scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
