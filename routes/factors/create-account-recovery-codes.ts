import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { notRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { recoveryCodesExample } from './recovery-codes.ts'

const RecoveryCodes = Type.Object(
  { recovery_codes: Type.Array(Type.String(), { description: 'Ten codes. Each can be used once, as `otp`.' }) },
  {
    $id: 'RecoveryCodes',
    description: 'New recovery codes. No other response contains them.',
    examples: [{ recovery_codes: recoveryCodesExample }],
  },
)

export const createAccountRecoveryCodes: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/me/recovery-codes',
    schema: {
      operationId: 'createAccountRecoveryCodes',
      summary: 'Create new recovery codes',
      description: 'The previous ones are rejected from now on. You are notified by e-mail.',
      tags: ['Second factors'],
      response: {
        201: jsonResponse(RecoveryCodes, 'The recovery codes were created.'),
        ...problems([403, 429], {
          401: notRecent,
          409: { code: 'no_second_factor', description: 'The account has no second factor (`no_second_factor`).' },
        }),
      },
    },
    handler: async (request, reply) => {
      const principal = scope.authentication.principalOf(request)
      const codes = await scope.factors.replaceRecoveryCodes(principal, scope.originOf(request))
      return reply.code(201).send({ recovery_codes: codes })
    },
  })
}
