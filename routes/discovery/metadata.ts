import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { apiScopes } from '../../plugins/security-schemes.ts'
import { metadataOf } from '../../src/tokens/index.ts'
import { Metadata } from '../schemas/metadata.ts'
import { problems } from '../schemas/problem.ts'
import { grantTypes } from '../tokens/grants/index.ts'

interface Options {
  /** At the root of the origin the path of the issuer comes last (RFC 8414 3). */
  issuerPath?: string
}

export const getMetadata: FastifyPluginAsyncTypebox<Options> = async (scope, { issuerPath = '' }) => {
  const metadata = metadataOf(scope.config, apiScopes, grantTypes)

  scope.route({
    method: 'GET',
    url: `/.well-known/oauth-authorization-server${issuerPath}`,
    schema: {
      operationId: 'getMetadata',
      summary: 'What this authorization server can do',
      description: 'Authorization server metadata (RFC 8414), from which OAuth 2.0 libraries configure themselves.',
      tags: ['Discovery'],
      security: [],
      response: {
        200: { description: 'The metadata.', content: { 'application/json': { schema: Metadata } } },
        ...problems([400]),
      },
    },
    handler: async (_request, reply) => reply.header('cache-control', 'public, max-age=600').send(metadata),
  })
}
