import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import type { ListedFactors } from '../../src/factors/index.ts'
import { Passkey, passkeyExample, toPasskeyJson } from '../schemas/passkey.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { TotpDevice, totpDeviceExample, toTotpDeviceJson } from '../schemas/totp-device.ts'

const Factors = Type.Object(
  {
    totp: Type.Array(TotpDevice, { description: 'The confirmed authenticator apps, oldest first.' }),
    passkeys: Type.Array(Passkey, { description: 'The passkeys, oldest first.' }),
    recovery_codes_left: Type.Integer({
      format: 'int32',
      description: 'The number of recovery codes that have not been used.',
    }),
    required: Type.Boolean({
      description:
        'Whether your account must have a second factor (the setting `REQUIRE_SECOND_FACTOR`). Without one, you can ' +
        'only manage your own account.',
    }),
  },
  {
    $id: 'Factors',
    description: 'The second factors of an account.',
    examples: [{ totp: [totpDeviceExample], passkeys: [passkeyExample], recovery_codes_left: 10, required: false }],
  },
)

export const getAccountFactors: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/users/me/factors',
    schema: {
      operationId: 'getAccountFactors',
      summary: 'List your second factors',
      description: 'Returns your authenticator apps, your passkeys and the number of your recovery codes.',
      tags: ['Second factors'],
      response: { 200: jsonResponse(Factors, 'Your second factors.'), ...problems([401, 403]) },
    },
    handler: async (request) => {
      const { account } = scope.authentication.principalOf(request)
      return toFactorsJson(await scope.factors.listFactors(account.id), scope.factors.isRequired(account))
    },
  })
}

function toFactorsJson({ totp, passkeys, recoveryCodes }: ListedFactors, required: boolean): Static<typeof Factors> {
  return {
    totp: totp.map(toTotpDeviceJson),
    passkeys: passkeys.map(toPasskeyJson),
    recovery_codes_left: recoveryCodes?.codesLeft ?? 0,
    required,
  }
}
