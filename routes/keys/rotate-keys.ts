import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { SigningKeys } from './signing-key.ts'

const KeyRotation = Type.Object(
  {
    now: Type.Optional(
      Type.Boolean({
        description:
          'For an emergency: withdraws every existing key at once, and with them all access tokens. Sessions ' +
          'go on. Other services notice when their copy of the keys is too old.',
      }),
    ),
  },
  { $id: 'KeyRotation', additionalProperties: false, description: 'How to rotate.', examples: [{ now: false }] },
)

export const rotateKeys: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/keys/rotate',
    schema: {
      operationId: 'rotateKeys',
      summary: 'Rotate the signing keys',
      description:
        'Publishes the next key, if none waits already; it signs twenty minutes later, when every verifier ' +
        'knows it. With `now`, for an emergency, every existing key is withdrawn at once.',
      tags: ['Administration'],
      body: KeyRotation,
      response: {
        200: jsonResponse(SigningKeys, 'The keys as they are now.'),
        ...problems([401, 403, 413, 415], {
          409: { code: 'key_in_settings', description: 'The key is in the settings (HS256).' },
        }),
      },
    },
    handler: async (request) => {
      await scope.keys.ring.rotate({ now: request.body.now === true }, scope.originOf(request))
      return { keys: scope.keys.ring.describe() }
    },
  })
}
