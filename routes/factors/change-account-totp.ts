import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { notRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { TotpDeviceId, noTotpDevice, toTotpDeviceJson, TotpDevice } from '../schemas/totp-device.ts'
import { jsonResponse } from '../schemas/response.ts'
import { factorIdOf, FactorName } from './factor.ts'

const TotpDeviceChange = Type.Object(
  { name: FactorName },
  {
    $id: 'TotpDeviceChange',
    additionalProperties: false,
    description: 'A new name.',
    examples: [{ name: 'Old phone' }],
  },
)

export const changeAccountTotp: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'PATCH',
    url: '/users/me/totp/:id',
    schema: {
      operationId: 'changeAccountTotp',
      summary: 'Rename an authenticator app',
      description: 'Changes the name by which you recognize the authenticator app.',
      tags: ['Second factors'],
      params: TotpDeviceId,
      body: TotpDeviceChange,
      response: {
        200: jsonResponse(TotpDevice, 'The authenticator app was renamed.'),
        ...problems([403, 413, 415], { 401: notRecent, 404: noTotpDevice }),
      },
    },
    handler: async (request) => {
      const principal = scope.authentication.principalOf(request)
      return toTotpDeviceJson(await scope.factors.ownTotp.rename(principal, factorIdOf(request), request.body.name))
    },
  })
}
