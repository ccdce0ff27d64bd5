import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { administratorNotRecent, protectedUser } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
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
        'Permanently deletes the account, its sessions and all other data about the user, who is notified by e-mail. ' +
        'Audit events remain, with the user’s id only. The username can never be used again.',
      tags: ['Administration'],
      params: UserId,
      response: {
        204: emptyResponse('The user was deleted.'),
        ...problems([], {
          401: administratorNotRecent,
          403: beyondUser,
          404: noSuchUser,
          409: protectedUser('your own account'),
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.administration.deleteUser(userIdOf(request), scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
