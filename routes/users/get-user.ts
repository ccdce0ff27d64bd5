import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { toUserJson } from '../../src/users/index.ts'
import { lacksRights } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { ManagedUser } from './managed-user.ts'
import { noSuchUser, UserId, userIdOf } from './user-id.ts'

export const getUser: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/users/:id',
    schema: {
      operationId: 'getUser',
      summary: 'Get a user',
      description: 'Returns the user, with the number of their sessions and whether they are disabled or locked.',
      tags: ['Administration'],
      params: UserId,
      response: {
        200: jsonResponse(ManagedUser, 'The user.'),
        ...problems([401], { 403: lacksRights, 404: noSuchUser }),
      },
    },
    handler: async (request) => toUserJson(await scope.administration.users.find(userIdOf(request))),
  })
}
