import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Nothing } from '../schemas/nothing.ts'
import { lastAdministrator, type Meaning, problems } from '../schemas/problem.ts'

export const UserId = Type.Object({ id: Type.String({ format: 'uuid', description: 'The user’s.' }) })

export const noSuchUser: Meaning = {
  description: 'There is no such user.',
  code: 'not_found',
  detail: 'There is no such user.',
}

export const beyondUser: Meaning = {
  description: 'The access token lacks a scope that is needed, or an administration scope of the user.',
  code: 'insufficient_scope',
  detail: 'The user has administration scopes that the access token lacks.',
}

/** What is done to a user, beside changing the account. */
export const actOnUsers: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/users/:id',
    schema: {
      operationId: 'deleteUser',
      summary: 'Delete a user',
      description:
        'Removes the account, its sessions and everything else that is held about its user, for good; what is in the audit log stays there. Nobody gets the username or the id again. The owner is told by mail.',
      tags: ['Administration'],
      params: UserId,
      response: {
        204: Nothing('The account is gone.'),
        ...problems([400, 401, 403, 404, 409], {
          403: beyondUser,
          404: noSuchUser,
          409: {
            ...lastAdministrator,
            description:
              'Nobody else is enabled and holds `users:write` (`last_administrator`), or it is one’s own account, which takes the password (`own_account`).',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.administration.deleteUser(request.params.id.toLowerCase(), scope.callerOf(request))
      return reply.code(204).send()
    },
  })

  scope.route({
    method: 'POST',
    url: '/users/:id/unlock',
    schema: {
      operationId: 'unlockUser',
      summary: 'Unlock a user',
      description:
        'Forgets the wrong passwords that count against them: whoever was made to wait may try again, and an account that was shut is open.',
      tags: ['Administration'],
      params: UserId,
      response: {
        204: Nothing('The right password helps again.'),
        ...problems([400, 401, 403, 404], { 403: beyondUser, 404: noSuchUser }),
      },
    },
    handler: async (request, reply) => {
      await scope.administration.unlockUser(request.params.id.toLowerCase(), scope.callerOf(request))
      return reply.code(204).send()
    },
  })

  scope.route({
    method: 'POST',
    url: '/users/:id/password-reset',
    schema: {
      operationId: 'startPasswordReset',
      summary: 'Ask a user to choose another password',
      description:
        'Mails them a link and a code, as if they had asked themselves; not more than three are sent in an hour. Until they have used one, nothing changes. Nobody chooses a password for somebody else.',
      tags: ['Administration'],
      params: UserId,
      response: {
        202: Nothing('The mail is on its way.'),
        ...problems([400, 401, 403, 404, 409], {
          403: beyondUser,
          404: noSuchUser,
          409: {
            description: 'The user has no e-mail address (`no_email`), or is disabled (`user_disabled`).',
            code: 'no_email',
            detail: 'The user has no e-mail address.',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.administration.startPasswordReset(request.params.id.toLowerCase(), scope.callerOf(request))
      return reply.code(202).send()
    },
  })
}
