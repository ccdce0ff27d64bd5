import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { beyondUser, noSuchUser, UserId, userIdOf } from './user-id.ts'

export const unlockUser: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/:id/unlock',
    schema: {
      operationId: 'unlockUser',
      summary: 'Unlock a user',
      description:
        'Forgets the wrong passwords that count against them: whoever was made to wait may try again, and a ' +
        'locked account is open.',
      tags: ['Administration'],
      params: UserId,
      response: {
        204: emptyResponse('The right password helps again.'),
        ...problems([401], { 403: beyondUser, 404: noSuchUser }),
      },
    },
    handler: async (request, reply) => {
      await scope.administration.unlockUser(userIdOf(request), scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
