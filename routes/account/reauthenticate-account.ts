import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Otp } from '../schemas/otp.ts'
import { passkeysUnavailable } from '../schemas/passkey.ts'
import { UsedCredential } from '../schemas/webauthn.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { TokenResponse, toTokenResponse } from '../schemas/token.ts'
import { CurrentPassword } from '../schemas/user-fields.ts'

const Reauthentication = Type.Object(
  {
    current_password: Type.Optional(CurrentPassword({ description: 'Required if the account has no second factor.' })),
    otp: Type.Optional(
      Otp({
        minLength: 1,
        description:
          'A code from your authenticator app, or a recovery code. Required if the account has a second factor, ' +
          'unless `credential` is given.',
      }),
    ),
    credential: Type.Optional(UsedCredential),
    device_token: Type.Optional(
      Type.String({
        format: 'password',
        maxLength: 1024,
        description:
          'The `device_token` of the last sign-in on this device. Wrong codes and passwords that others have sent do ' +
          'not lock a device that sends it.',
      }),
    ),
  },
  {
    $id: 'Reauthentication',
    additionalProperties: false,
    description: 'Proof that it is you: a code or a passkey if the account has a second factor, else the password.',
    examples: [{ otp: '123456' }],
  },
)

export const reauthenticateAccount: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/me/reauthenticate',
    schema: {
      operationId: 'reauthenticateAccount',
      summary: 'Confirm that it is you',
      description:
        'Renews the authentication of this session (RFC 9470). Call it after 401 `insufficient_user_authentication`, ' +
        'then repeat the request. The response contains another access token, whose `auth_time`, `amr` and `acr` are ' +
        'current; the previous one and the refresh token stay valid.',
      tags: ['Account'],
      body: Reauthentication,
      response: {
        200: jsonResponse(TokenResponse, 'The authentication was renewed. This is another access token.'),
        ...problems([401, 413, 415, 429], {
          403: {
            code: 'insufficient_scope',
            description: 'The access token belongs to a client (`insufficient_scope`).',
            detail: 'This operation requires the access token of a user, not of a client.',
          },
          409: passkeysUnavailable,
          400: {
            code: 'invalid_otp',
            codes: {
              name: 'Reauthentication',
              values: [
                'invalid_request',
                'wrong_password',
                'invalid_otp',
                'otp_locked',
                'unreadable_factors',
                'invalid_passkey',
              ],
            },
            description:
              'The request is invalid (`invalid_request`), the password is wrong (`wrong_password`), the code is ' +
              'wrong or was already used (`invalid_otp`), codes are locked (`otp_locked`) or can no longer be ' +
              'verified (`unreadable_factors`), or the passkey was rejected (`invalid_passkey`).',
            errors: [{ path: '/otp', message: 'is wrong or was already used' }],
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const principal = scope.authentication.principalOf(request)
      const tokens = await scope.accounts.reauthenticate(principal, request.body, scope.originOf(request))
      // Required by RFC 6749 5.1 for every response with tokens.
      return reply.header('pragma', 'no-cache').send(toTokenResponse(tokens))
    },
  })
}
