import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AccountExport, toWireExport } from '../schemas/export.ts'
import { problems } from '../schemas/problem.ts'

export const exportAccount: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/users/me/export',
    schema: {
      operationId: 'exportAccount',
      summary: 'Everything that is held about oneself',
      description:
        'For people who want to know, or to take it elsewhere. Secrets, such as the hash of the password, are named and not shown.',
      tags: ['Account'],
      response: {
        200: { description: 'All of it.', content: { 'application/json': { schema: AccountExport } } },
        ...problems([400, 401, 403]),
      },
    },
    handler: async (request, reply) => {
      const held = await scope.accounts.exportAccount(scope.authentication.principalOf(request).account)
      return reply
        .header('content-disposition', 'attachment; filename="account.json"')
        .send(toWireExport(held, scope.config.now()))
    },
  })
}
