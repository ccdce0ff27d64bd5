import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { administratorNotRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { beyondClient } from './client.ts'

export const deleteClient: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/clients/:client_id',
    schema: {
      operationId: 'deleteClient',
      summary: 'Delete a client',
      description: 'The client’s secret and its access tokens are rejected from the next request on.',
      tags: ['Administration'],
      params: Type.Object({
        client_id: Type.String({ maxLength: 64, description: 'The id of the client.' }),
      }),
      response: {
        204: emptyResponse('The client was deleted.'),
        ...problems([], {
          401: administratorNotRecent,
          403: beyondClient,
          404: {
            code: 'not_found',
            description: 'The client does not exist (`not_found`).',
            detail: 'There is no such client.',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.tokens.clients.remove(request.params.client_id, scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
