import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { lacksRights } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { SigningKeys } from './signing-key.ts'

export const listKeys: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/keys',
    schema: {
      operationId: 'listKeys',
      summary: 'List the signing keys',
      description: 'Returns every key that still verifies access tokens, with its stage. Keys rotate automatically.',
      tags: ['Administration'],
      response: { 200: jsonResponse(SigningKeys, 'The signing keys.'), ...problems([401], { 403: lacksRights }) },
    },
    handler: async () => {
      await scope.keys.ring.refreshIfStale()
      return { keys: scope.keys.ring.describe() }
    },
  })
}
