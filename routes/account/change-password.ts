import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { problems, wrongPassword } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { TokenResponse, toTokenResponse } from '../schemas/token.ts'
import { CurrentPassword, NewPassword } from '../schemas/user-fields.ts'

const PasswordChange = Type.Object(
  {
    current_password: CurrentPassword(),
    new_password: NewPassword,
  },
  {
    $id: 'PasswordChange',
    additionalProperties: false,
    description: 'Another password for oneself.',
    examples: [{ current_password: 'correct horse battery staple', new_password: 'seven green bottles on a wall' }],
  },
)

export const changePassword: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/me/password',
    schema: {
      operationId: 'changePassword',
      summary: 'Change one’s password',
      description:
        'Ends every session, this one too, and begins a new one: go on with the tokens of the answer. The ' +
        'owner is told by mail.',
      tags: ['Account'],
      body: PasswordChange,
      response: {
        200: jsonResponse(TokenResponse, 'The password is changed; the tokens of the new session.'),
        ...problems([401, 403, 413, 415, 429], {
          400: {
            ...wrongPassword,
            description:
              'The request is not valid (`invalid_request`), the current password is wrong (`wrong_password`), ' +
              'or the new one is not good enough (`password_too_short`, `password_too_long`, ' +
              '`password_too_common`, `password_too_personal`).',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const { current_password: current, new_password: next } = request.body
      const grant = await scope.accounts.changePassword(
        scope.authentication.principalOf(request),
        { current, next },
        scope.originOf(request),
      )
      // RFC 6749 5.1, for every response with tokens.
      return reply.header('pragma', 'no-cache').send(toTokenResponse(grant))
    },
  })
}
