import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { beyondInvitation } from './invitation.ts'

export const deleteInvitation: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/invitations/:id',
    schema: {
      operationId: 'deleteInvitation',
      summary: 'Withdraw an invitation',
      description: 'Its link opens nothing any more.',
      tags: ['Administration'],
      params: Type.Object({ id: Type.String({ format: 'uuid', description: 'The invitation’s.' }) }),
      response: {
        204: emptyResponse('It is withdrawn.'),
        ...problems([401], {
          403: beyondInvitation,
          404: {
            code: 'not_found',
            description: 'There is no such invitation, or not any more.',
            detail: 'There is no such invitation.',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.administration.invitations.withdraw(request.params.id.toLowerCase(), scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
