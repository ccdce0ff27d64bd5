import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { tooManyDevices } from '../../src/factors/index.ts'
import { toIsoTime } from '../../src/lib/time.ts'
import { totpDeviceExample } from '../schemas/totp-device.ts'
import { notRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { FactorName } from './factor.ts'

const NewTotpDevice = Type.Object(
  { name: Type.Optional(FactorName) },
  {
    $id: 'NewTotpDevice',
    additionalProperties: false,
    description: 'The authenticator app to add. Its default name is "Authenticator app".',
    examples: [{ name: 'Phone' }],
  },
)

const TotpSecret = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String(),
    secret: Type.String({ description: 'The secret in base32, to type into the app.' }),
    uri: Type.String({ format: 'uri', description: 'The secret as an `otpauth` URI, to open on the phone.' }),
    qr_code: Type.String({ description: 'The URI as a QR code to scan: an SVG image.' }),
    created_at: Type.String({ format: 'date-time' }),
  },
  {
    $id: 'TotpSecret',
    description: 'An authenticator app to be confirmed. No other response contains its secret.',
    examples: [
      {
        id: totpDeviceExample.id,
        name: totpDeviceExample.name,
        secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
        uri: 'otpauth://totp/Latchkey:ada?issuer=Latchkey&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30',
        qr_code: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 490 490"></svg>',
        created_at: totpDeviceExample.created_at,
      },
    ],
  },
)

export const createAccountTotp: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/me/totp',
    schema: {
      operationId: 'createAccountTotp',
      summary: 'Add an authenticator app',
      description:
        'Creates a secret for an authenticator app (TOTP, RFC 6238). The app has no effect until you have confirmed ' +
        'it with a code, within 15 minutes. An account can have five.',
      tags: ['Second factors'],
      body: NewTotpDevice,
      response: {
        201: jsonResponse(TotpSecret, 'The secret was created.'),
        ...problems([403, 413, 415], {
          401: notRecent,
          409: {
            code: 'too_many_factors',
            description: 'The account has five authenticator apps (`too_many_factors`).',
            detail: tooManyDevices,
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const principal = scope.authentication.principalOf(request)
      const { id, name, secret, uri, qrCode, createdAt } = await scope.factors.ownTotp.add(principal, request.body.name)
      return reply.code(201).send({ id, name, secret, uri, qr_code: qrCode, created_at: toIsoTime(createdAt) })
    },
  })
}
