import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import {
  TotpDeviceId,
  noTotpDevice,
  toTotpDeviceJson,
  totpDeviceExample,
  totpDeviceFields,
} from '../schemas/totp-device.ts'
import { notRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { FirstRecoveryCodes, recoveryCodesExample } from './recovery-codes.ts'
import { Otp } from '../schemas/otp.ts'
import { factorIdOf } from './factor.ts'

const TotpConfirmation = Type.Object(
  { otp: Otp({ minLength: 1, description: 'A code from the authenticator app.' }) },
  {
    $id: 'TotpConfirmation',
    additionalProperties: false,
    description: 'Proof that the authenticator app has the secret.',
    examples: [{ otp: '123456' }],
  },
)

const ConfirmedTotpDevice = Type.Object(
  {
    ...totpDeviceFields,
    recovery_codes: FirstRecoveryCodes,
  },
  {
    $id: 'ConfirmedTotpDevice',
    description: 'A confirmed authenticator app.',
    examples: [{ ...totpDeviceExample, recovery_codes: recoveryCodesExample }],
  },
)

export const verifyAccountTotp: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/me/totp/:id/confirm',
    schema: {
      operationId: 'verifyAccountTotp',
      summary: 'Confirm an authenticator app',
      description:
        'From now on, a sign-in requires a code. The first second factor of an account ends all your other sessions ' +
        'and comes with recovery codes. You are notified by e-mail.',
      tags: ['Second factors'],
      params: TotpDeviceId,
      body: TotpConfirmation,
      response: {
        200: jsonResponse(ConfirmedTotpDevice, 'The authenticator app was confirmed.'),
        ...problems([403, 413, 415, 429], {
          401: notRecent,
          400: {
            code: 'invalid_otp',
            codes: { name: 'Otp', values: ['invalid_request', 'invalid_otp'] },
            description: 'The request is invalid (`invalid_request`), or the code is wrong (`invalid_otp`).',
            errors: [{ path: '/otp', message: 'is wrong or was already used' }],
          },
          404: {
            ...noTotpDevice,
            description: 'You have no such authenticator app to confirm, or 15 minutes have passed (`not_found`).',
          },
        }),
      },
    },
    handler: async (request) => {
      const principal = scope.authentication.principalOf(request)
      const { recoveryCodes, ...device } = await scope.factors.ownTotp.confirm(
        principal,
        { id: factorIdOf(request), otp: request.body.otp },
        scope.originOf(request),
      )
      return {
        ...toTotpDeviceJson(device),
        ...(recoveryCodes === undefined ? {} : { recovery_codes: recoveryCodes }),
      }
    },
  })
}
