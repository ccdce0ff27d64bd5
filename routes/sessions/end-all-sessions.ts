import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { lacksRights } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'

export const endAllSessions: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/sessions',
    schema: {
      operationId: 'endAllSessions',
      summary: 'Sign out all users',
      description:
        'For emergencies. Ends all sessions except your own current one and those of users with administration ' +
        'scopes that you lack. Their access tokens are rejected from the next request on.',
      tags: ['Administration'],
      response: { 204: emptyResponse('The sessions have ended.'), ...problems([401], { 403: lacksRights }) },
    },
    handler: async (request, reply) => {
      await scope.administration.endAllSessions(scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
