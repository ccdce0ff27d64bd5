import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Id } from '../schemas/id.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { beyondUser, noSuchUser, UserId, userIdOf } from './user-id.ts'

const SessionId = Type.Object({
  ...UserId.properties,
  session_id: Id('The id of the session.'),
})

export const endUserSession: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/users/:id/sessions/:session_id',
    schema: {
      operationId: 'endUserSession',
      summary: 'Sign a user out on one device',
      description: 'Ends one session of the user. Its access tokens are rejected from the next request on.',
      tags: ['Administration'],
      params: SessionId,
      response: {
        204: emptyResponse('The session has ended.'),
        ...problems([401], {
          403: beyondUser,
          404: { ...noSuchUser, description: 'The user does not exist or has no such session (`not_found`).' },
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
