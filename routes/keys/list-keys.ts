import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { SigningKeys } from './signing-key.ts'

export const listKeys: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/keys',
    schema: {
      operationId: 'listKeys',
      summary: 'The signing keys and their stages',
      description: 'They rotate by themselves; this is to look at.',
      tags: ['Administration'],
      response: { 200: jsonResponse(SigningKeys, 'The keys as they are now.'), ...problems([401, 403]) },
    },
    handler: async () => {
      await scope.keys.ring.refreshIfStale()
      return { keys: scope.keys.ring.describe() }
    },
  })
}
