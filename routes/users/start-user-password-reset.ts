import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { administratorNotRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { beyondUser, noSuchUser, UserId, userIdOf } from './user-id.ts'

export const startUserPasswordReset: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/:id/password-reset',
    schema: {
      operationId: 'startUserPasswordReset',
      summary: 'Send a user a password reset e-mail',
      description:
        'Sends the link and the code that users can also request themselves, at most three times per hour. The ' +
        'password stays valid until the user sets a new one.',
      tags: ['Administration'],
      params: UserId,
      response: {
        202: emptyResponse('The e-mail is queued, unless the hourly limit is reached.'),
        ...problems([], {
          401: administratorNotRecent,
          403: beyondUser,
          404: noSuchUser,
          409: {
            code: 'no_email',
            codes: { name: 'UnreachableUser', values: ['no_email', 'user_disabled'] },
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
