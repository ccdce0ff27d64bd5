import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { lastSecondFactor, notRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { noPasskey, PasskeyId } from '../schemas/passkey.ts'
import { factorIdOf } from './factor.ts'

export const deleteAccountPasskey: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/users/me/passkeys/:id',
    schema: {
      operationId: 'deleteAccountPasskey',
      summary: 'Remove a passkey',
      description:
        'The passkey is rejected from now on, but stays on your device until you delete it there. All your other ' +
        'sessions end, and you are notified by e-mail. Removing the last second factor also deletes your recovery ' +
        'codes; then the password alone signs you in.',
      tags: ['Second factors'],
      params: PasskeyId,
      response: {
        204: emptyResponse('The passkey was removed.'),
        ...problems([403], { 401: notRecent, 404: noPasskey, 409: lastSecondFactor }),
      },
    },
    handler: async (request, reply) => {
      const principal = scope.authentication.principalOf(request)
      await scope.factors.ownPasskeys.remove(principal, factorIdOf(request), scope.originOf(request))
      return reply.code(204).send()
    },
  })
}
