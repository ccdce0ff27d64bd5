import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Factors, toFactorsJson } from '../schemas/factors.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'

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
      return toFactorsJson(await scope.factors.own.list(account.id))
    },
  })
}
