import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { TotpDevice, toTotpDeviceJson } from '../schemas/factors.ts'
import { notRecent, problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { DeviceId, deviceIdOf, DeviceName, noDevice } from './totp-device.ts'

const TotpDeviceChange = Type.Object(
  { name: DeviceName },
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
      params: DeviceId,
      body: TotpDeviceChange,
      response: {
        200: jsonResponse(TotpDevice, 'The authenticator app was renamed.'),
        ...problems([403, 413, 415], { 401: notRecent, 404: noDevice }),
      },
    },
    handler: async (request) => {
      const principal = scope.authentication.principalOf(request)
      return toTotpDeviceJson(await scope.factors.own.renameTotp(principal, deviceIdOf(request), request.body.name))
    },
  })
}
