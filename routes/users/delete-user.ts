import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { lastAdministrator, problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { beyondUser, noSuchUser, UserId, userIdOf } from './user-id.ts'

export const deleteUser: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/users/:id',
    schema: {
      operationId: 'deleteUser',
      summary: 'Delete a user',
      description:
        'Removes the account, its sessions and everything else that is held about its user, for good; what ' +
        'is in the audit log stays there. Nobody gets the username or the id again. The owner is told by ' +
        'mail.',
      tags: ['Administration'],
      params: UserId,
      response: {
        204: emptyResponse('The account is gone.'),
        ...problems([401], {
          403: beyondUser,
          404: noSuchUser,
          409: {
            ...lastAdministrator,
            description:
              'Nobody else is enabled and holds `users:write` (`last_administrator`), or it is one’s own ' +
              'account, which takes the password (`own_account`).',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.administration.deleteUser(userIdOf(request), scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
