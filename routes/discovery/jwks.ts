import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Jwks } from '../schemas/keys.ts'
import { Nothing } from '../schemas/nothing.ts'
import { problems } from '../schemas/problem.ts'

export const getJwks: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/jwks.json',
    schema: {
      operationId: 'getJwks',
      summary: 'The public keys that verify access tokens',
      description:
        'A JWK Set (RFC 7517). Keep it for as long as `Cache-Control` says: a new key is published well before it signs. Under HS256 it is empty.',
      tags: ['Discovery'],
      security: [],
      response: {
        200: {
          description: 'The keys.',
          headers: {
            'Cache-Control': { type: 'string', description: 'How long they may be kept.' },
            ETag: { type: 'string', description: 'For `If-None-Match`.' },
          },
          content: { 'application/json': { schema: Jwks } },
        },
        304: Nothing('They are what they were.'),
        ...problems([400]),
      },
    },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      await scope.keys.ring.refreshIfStale()
      const { body, etag, maxAge } = scope.keys.ring.jwks()
      reply.headers({ 'cache-control': `public, max-age=${maxAge}`, etag })
      if (isKnown(etag, request.headers['if-none-match'])) return reply.code(304).send()
      return reply.type('application/json').send(body)
    },
  })
}

/** RFC 9110 13.1.2: a list, compared weakly. */
function isKnown(etag: string, header: string | undefined) {
  return header !== undefined && header.split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, '')))
}
