import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { beyondUser, noSuchUser, UserId, userIdOf } from './user-id.ts'

export const startPasswordReset: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/:id/password-reset',
    schema: {
      operationId: 'startPasswordReset',
      summary: 'Ask a user to choose another password',
      description:
        'Mails them a link and a code, as if they had asked themselves; not more than three are sent in an ' +
        'hour. Until they have used one, nothing changes. Nobody chooses a password for somebody else.',
      tags: ['Administration'],
      params: UserId,
      response: {
        202: emptyResponse('The mail is on its way.'),
        ...problems([401], {
          403: beyondUser,
          404: noSuchUser,
          409: {
            code: 'no_email',
            description: 'The user has no e-mail address (`no_email`), or is disabled (`user_disabled`).',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.administration.startPasswordReset(userIdOf(request), scope.callerOf(request))
      return reply.code(202).send()
    },
  })
}
