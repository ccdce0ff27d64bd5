import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { beyondUser, noSuchUser, UserId, userIdOf } from './user-id.ts'

const SessionId = Type.Object({
  ...UserId.properties,
  session_id: Type.String({ format: 'uuid', description: 'The session’s.' }),
})

export const endUserSession: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/users/:id/sessions/:session_id',
    schema: {
      operationId: 'endUserSession',
      summary: 'Sign a user out on one device',
      description: 'Ends a session of theirs. Its access tokens are refused from the next request on.',
      tags: ['Administration'],
      params: SessionId,
      response: {
        204: emptyResponse('It has ended.'),
        ...problems([401], {
          403: beyondUser,
          404: { ...noSuchUser, description: 'There is no such user, or no such session of theirs.' },
        }),
      },
    },
    handler: async (request, reply) => {
      const sessionId = request.params.session_id.toLowerCase()
      await scope.administration.endSession(userIdOf(request), sessionId, scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
