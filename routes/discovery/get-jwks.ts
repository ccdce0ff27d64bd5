import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { matchesEtag } from '../../src/lib/etag.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse, jsonResponse } from '../schemas/response.ts'

const KeyParameter = (description: string) => Type.Optional(Type.String({ description }))

/** RFC 7517 4, with the fields of RFC 7518 6 and RFC 8037 2. */
const Jwk = Type.Object(
  {
    kty: Type.String({ description: 'The type of the key.' }),
    kid: Type.String({ description: 'The id of the key in token headers: its thumbprint (RFC 7638).' }),
    alg: Type.String({ description: 'The signature algorithm.' }),
    use: Type.Unsafe<'sig'>({ type: 'string', enum: ['sig'] }),
    crv: KeyParameter('The curve of an EC or OKP key.'),
    x: KeyParameter('The x coordinate of an EC key, or the whole OKP key.'),
    y: KeyParameter('The y coordinate of an EC key.'),
    n: KeyParameter('The modulus of an RSA key.'),
    e: KeyParameter('The exponent of an RSA key.'),
  },
  {
    $id: 'Jwk',
    description: 'A public key (RFC 7517).',
    examples: [
      {
        kty: 'EC',
        crv: 'P-256',
        x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
        y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
        kid: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U',
        alg: 'ES256',
        use: 'sig',
      },
    ],
  },
)

const Jwks = Type.Object({ keys: Type.Array(Jwk) }, { $id: 'Jwks', description: 'The public keys (RFC 7517 5).' })

export const getJwks: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/jwks.json',
    schema: {
      operationId: 'getJwks',
      summary: 'Get the public keys for verifying access tokens',
      description:
        'Returns a JWK Set (RFC 7517). Cache it for as long as `Cache-Control` allows: a new key is published well ' +
        'before it signs. With `ALGORITHM=HS256` the set is empty.',
      tags: ['Token verification'],
      security: [],
      response: {
        200: {
          ...jsonResponse(Jwks, 'The public keys.'),
          headers: {
            'Cache-Control': { type: 'string', description: 'How long the keys may be cached.' },
            ETag: { type: 'string', description: 'The value for `If-None-Match`.' },
          },
        },
        304: emptyResponse('The keys have not changed.'),
        ...problems([]),
      },
    },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      await scope.keys.ring.refreshIfStale()
      const { body, etag, maxAge } = scope.keys.ring.jwks()
      reply.headers({ 'cache-control': `public, max-age=${maxAge}`, etag })
      if (matchesEtag(etag, request.headers['if-none-match'])) return reply.code(304).send()
      return reply.type('application/json').send(body)
    },
  })
}
