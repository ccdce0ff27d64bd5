import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'

export const endAllSessions: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/sessions',
    schema: {
      operationId: 'endAllSessions',
      summary: 'Sign everybody out',
      description:
        'For an emergency: ends every session, but for the one that asks and those of users whose ' +
        'administration scopes one lacks. Access tokens are refused from the next request on.',
      tags: ['Administration'],
      response: { 204: emptyResponse('They have ended.'), ...problems([401, 403]) },
    },
    handler: async (request, reply) => {
      await scope.administration.endAllSessions(scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
