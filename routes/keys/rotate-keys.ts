import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { administratorNotRecent, lacksRights } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { SigningKeys } from './signing-key.ts'

const KeyRotation = Type.Object(
  {
    now: Type.Optional(
      Type.Boolean({
        description:
          'For emergencies. Revokes all existing keys at once, and with them all access tokens. Sessions continue: ' +
          'clients refresh. Other services accept the revoked keys until their cached copy of the keys expires.',
      }),
    ),
  },
  {
    $id: 'KeyRotation',
    additionalProperties: false,
    description: 'How to rotate the keys.',
    examples: [{ now: false }],
  },
)

export const rotateKeys: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/keys/rotate',
    schema: {
      operationId: 'rotateKeys',
      summary: 'Rotate the signing keys',
      description:
        'Publishes the next key, unless one is already published. It starts signing twenty minutes later, when all ' +
        'verifiers have fetched it. In an emergency, `now` revokes all existing keys at once.',
      tags: ['Administration'],
      body: KeyRotation,
      response: {
        200: jsonResponse(SigningKeys, 'The signing keys after the rotation.'),
        ...problems([413, 415], {
          401: administratorNotRecent,
          403: lacksRights,
          409: {
            code: 'key_in_settings',
            description: 'The signing key is the setting `SECRET_KEY`, with `ALGORITHM=HS256` (`key_in_settings`).',
          },
        }),
      },
    },
    handler: async (request) => {
      await scope.keys.ring.rotate({ now: request.body.now === true }, scope.originOf(request))
      return { keys: scope.keys.ring.describe() }
    },
  })
}
