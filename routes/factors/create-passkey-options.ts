import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { passkeysUnavailable } from '../schemas/passkey.ts'
import { PasskeyRequestOptions } from '../schemas/webauthn.ts'
import { invalidOptionalToken } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'

export const createPasskeyOptions: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/passkey/options',
    schema: {
      operationId: 'createPasskeyOptions',
      summary: 'Create passkey options',
      description:
        'Returns the options with which a browser uses a passkey (`navigator.credentials.get`). Then send its ' +
        'response to `POST /token` (`urn:latchkey:grant-type:passkey`), within five minutes. With an access token, ' +
        'the options are for `POST /users/me/reauthenticate`.',
      tags: ['Sign-in'],
      response: {
        200: jsonResponse(PasskeyRequestOptions, 'The options.'),
        ...problems([403], { 401: invalidOptionalToken, 409: passkeysUnavailable }),
      },
    },
    handler: (request) => scope.factors.requestPasskey(scope.authentication.findPrincipalOf(request)),
  })
}
