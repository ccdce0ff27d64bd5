import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { administratorNotRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { beyondUser, noSuchUser, UserId, userIdOf } from './user-id.ts'

export const deleteUserFactors: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/users/:id/factors',
    schema: {
      operationId: 'deleteUserFactors',
      summary: 'Remove the second factors of a user',
      description:
        'For a user who has lost them: removes all authenticator apps, passkeys and recovery codes, and ends all ' +
        'sessions. The password alone then signs the user in. The user is notified by e-mail.',
      tags: ['Administration'],
      params: UserId,
      response: {
        204: emptyResponse('The user has no second factor.'),
        ...problems([], {
          401: administratorNotRecent,
          403: beyondUser,
          404: noSuchUser,
          409: { code: 'own_account', description: 'This is your own account (`own_account`).' },
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.administration.resetFactors(userIdOf(request), scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
