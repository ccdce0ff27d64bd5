import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { beyondUser, noSuchUser, UserId, userIdOf } from './user-id.ts'

export const endUserSessions: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/users/:id/sessions',
    schema: {
      operationId: 'endUserSessions',
      summary: 'Sign a user out everywhere',
      description: 'Ends all sessions of the user. Their access tokens are rejected from the next request on.',
      tags: ['Administration'],
      params: UserId,
      response: {
        204: emptyResponse('The sessions have ended.'),
        ...problems([401], { 403: beyondUser, 404: noSuchUser }),
      },
    },
    handler: async (request, reply) => {
      await scope.administration.endSessions(userIdOf(request), scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
