import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { KeyRotation, SigningKeys } from '../schemas/keys.ts'
import { problems } from '../schemas/problem.ts'

export const keyRoutes: FastifyPluginAsyncTypebox = async (scope) => {
  const ok = { description: 'The keys as they are now.', content: { 'application/json': { schema: SigningKeys } } }

  scope.route({
    method: 'GET',
    url: '/keys',
    schema: {
      operationId: 'listKeys',
      summary: 'The signing keys and their stages',
      description: 'They rotate by themselves; this is to look at.',
      tags: ['Administration'],
      response: { 200: ok, ...problems([400, 401, 403]) },
    },
    handler: async () => {
      await scope.keys.ring.refreshIfStale()
      return { keys: scope.keys.ring.describe() }
    },
  })

  scope.route({
    method: 'POST',
    url: '/keys/rotate',
    schema: {
      operationId: 'rotateKeys',
      summary: 'Rotate the signing keys',
      description:
        'Publishes the next key, if none waits already; it signs twenty minutes later, when every verifier knows it. With `now`, for an emergency, every existing key is withdrawn at once.',
      tags: ['Administration'],
      body: KeyRotation,
      response: {
        200: ok,
        ...problems([400, 401, 403, 409, 413, 415], {
          409: {
            description: 'The key is in the settings (HS256).',
            code: 'key_in_settings',
            detail:
              'With ALGORITHM=HS256 the key is SECRET_KEY. To rotate it, put another one there; the former one goes into SECRET_KEY_PREVIOUS, unless it has leaked.',
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
