import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { clearSiteData, clearSiteDataHeaders } from '../clear-site-data.ts'
import { lastAdministrator, noRecentSecondFactor, wrongPassword } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { CurrentPassword } from '../schemas/user-fields.ts'

const AccountDeletion = Type.Object(
  {
    current_password: CurrentPassword(),
  },
  {
    $id: 'AccountDeletion',
    additionalProperties: false,
    description: 'Confirms that you want to delete the account.',
    examples: [{ current_password: 'correct horse battery staple' }],
  },
)

export const deleteAccount: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/me/delete',
    schema: {
      operationId: 'deleteAccount',
      summary: 'Delete your account',
      description:
        'Permanently deletes your account, your sessions and all other data about you. Audit events remain, ' +
        'with your id only. Your username can never be used again.',
      tags: ['Account'],
      body: AccountDeletion,
      response: {
        204: { ...emptyResponse('The account was deleted.'), headers: clearSiteDataHeaders },
        ...problems([403, 413, 415, 429], {
          400: wrongPassword,
          401: noRecentSecondFactor,
          409: lastAdministrator,
        }),
      },
    },
    handler: async (request, reply) => {
      const principal = scope.authentication.principalOf(request)
      await scope.accounts.deleteAccount(principal, request.body.current_password, scope.originOf(request))
      clearSiteData(request, reply)
      return reply.code(204).send()
    },
  })
}
