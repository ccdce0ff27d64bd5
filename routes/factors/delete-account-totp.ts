import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { lastSecondFactor, notRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { TotpDeviceId, noTotpDevice } from '../schemas/totp-device.ts'
import { factorIdOf } from './factor.ts'

export const deleteAccountTotp: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/users/me/totp/:id',
    schema: {
      operationId: 'deleteAccountTotp',
      summary: 'Remove an authenticator app',
      description:
        'Its codes are rejected from now on, and all your other sessions end. Removing the last second factor also ' +
        'deletes your recovery codes; then the password alone signs you in. You are notified by e-mail.',
      tags: ['Second factors'],
      params: TotpDeviceId,
      response: {
        204: emptyResponse('The authenticator app was removed.'),
        ...problems([403], { 401: notRecent, 404: noTotpDevice, 409: lastSecondFactor }),
      },
    },
    handler: async (request, reply) => {
      const principal = scope.authentication.principalOf(request)
      await scope.factors.ownTotp.remove(principal, factorIdOf(request), scope.originOf(request))
      return reply.code(204).send()
    },
  })
}
