import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Id } from '../schemas/id.ts'
import { administratorNotRecent } from '../schemas/error-meanings.ts'
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
      description: 'The invitation’s link stops working at once.',
      tags: ['Administration'],
      params: Type.Object({ id: Id('The id of the invitation.') }),
      response: {
        204: emptyResponse('The invitation was withdrawn.'),
        ...problems([], {
          401: administratorNotRecent,
          403: beyondInvitation,
          404: {
            code: 'not_found',
            description: 'The invitation does not exist, was accepted or has expired (`not_found`).',
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
