import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'

export const endOtherAccountSessions: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/users/me/sessions',
    schema: {
      operationId: 'endOtherAccountSessions',
      summary: 'Sign out everywhere else',
      description:
        'Ends all your sessions except the current one. Their access tokens are rejected from the next request on.',
      tags: ['Account'],
      response: { 204: emptyResponse('The other sessions have ended.'), ...problems([401, 403]) },
    },
    handler: async (request, reply) => {
      const { account, session } = scope.authentication.principalOf(request)
      await scope.tokens.sessions.endOthers(account.id, session.id, scope.originOf(request))
      return reply.code(204).send()
    },
  })
}
