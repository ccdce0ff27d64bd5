import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { passkeysUnavailable } from '../schemas/passkey.ts'
import { PasskeyCreationOptions } from '../schemas/webauthn.ts'
import { notRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'

export const createAccountPasskeyOptions: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/me/passkeys/options',
    schema: {
      operationId: 'createAccountPasskeyOptions',
      summary: 'Create options for a new passkey',
      description:
        'Returns the options with which your browser creates a passkey (`navigator.credentials.create`). Then send ' +
        'its response to `POST /users/me/passkeys`, within five minutes.',
      tags: ['Second factors'],
      response: {
        200: jsonResponse(PasskeyCreationOptions, 'The options.'),
        ...problems([403], { 401: notRecent, 409: passkeysUnavailable }),
      },
    },
    handler: (request) => scope.factors.ownPasskeys.creationOptions(scope.authentication.principalOf(request)),
  })
}
