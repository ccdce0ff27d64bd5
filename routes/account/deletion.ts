import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { clearSiteData } from '../clear-site-data.ts'
import { AccountDeletion } from '../schemas/account.ts'
import { Nothing } from '../schemas/nothing.ts'
import { lastAdministrator, problems } from '../schemas/problem.ts'

export const deleteAccount: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/me/delete',
    schema: {
      operationId: 'deleteAccount',
      summary: 'Delete one’s account',
      description:
        'Removes the account, its sessions and everything else that is held about its user, for good; the audit log keeps what was done, by the id alone. Nobody gets the username or the id again. A browser on this origin is told to forget what is kept there (`Clear-Site-Data`).',
      tags: ['Account'],
      body: AccountDeletion,
      response: {
        204: Nothing('It is gone.'),
        ...problems([400, 401, 403, 409, 413, 415, 429], {
          400: {
            description: 'The request is not valid (`invalid_request`), or the password is wrong (`wrong_password`).',
            code: 'wrong_password',
            detail: 'The password is wrong.',
            errors: [{ path: '/password', message: 'is wrong' }],
          },
          409: lastAdministrator,
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.accounts.deleteAccount(
        scope.authentication.principalOf(request).account,
        request.body.password,
        scope.originOf(request),
      )
      clearSiteData(request, reply)
      return reply.code(204).send()
    },
  })
}
