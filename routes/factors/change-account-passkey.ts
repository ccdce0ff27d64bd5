import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { notRecent } from '../schemas/error-meanings.ts'
import { noPasskey, Passkey, PasskeyId, toPasskeyJson } from '../schemas/passkey.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { factorIdOf, FactorName } from './factor.ts'

const PasskeyChange = Type.Object(
  { name: FactorName },
  {
    $id: 'PasskeyChange',
    additionalProperties: false,
    description: 'A new name.',
    examples: [{ name: 'Old laptop' }],
  },
)

export const changeAccountPasskey: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'PATCH',
    url: '/users/me/passkeys/:id',
    schema: {
      operationId: 'changeAccountPasskey',
      summary: 'Rename a passkey',
      description: 'Changes the name by which you recognize the passkey.',
      tags: ['Second factors'],
      params: PasskeyId,
      body: PasskeyChange,
      response: {
        200: jsonResponse(Passkey, 'The passkey was renamed.'),
        ...problems([403, 413, 415], { 401: notRecent, 404: noPasskey }),
      },
    },
    handler: async (request) => {
      const principal = scope.authentication.principalOf(request)
      return toPasskeyJson(await scope.factors.ownPasskeys.rename(principal, factorIdOf(request), request.body.name))
    },
  })
}
