import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { administratorNotRecent } from '../schemas/error-meanings.ts'
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
        'Resets the counters of wrong passwords for the user. A locked account accepts the right password again, and ' +
        'waiting times end.',
      tags: ['Administration'],
      params: UserId,
      response: {
        204: emptyResponse('The user is unlocked.'),
        ...problems([], {
          401: administratorNotRecent,
          403: beyondUser,
          404: noSuchUser,
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.administration.unlockUser(userIdOf(request), scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
