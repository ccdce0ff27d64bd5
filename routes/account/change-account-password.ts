import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { noRecentSecondFactor, passwordCodeList, passwordCodes, wrongPassword } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
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
    description: 'A new password.',
    examples: [{ current_password: 'correct horse battery staple', new_password: 'seven green bottles on a wall' }],
  },
)

export const changeAccountPassword: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/me/password',
    schema: {
      operationId: 'changeAccountPassword',
      summary: 'Change your password',
      description:
        'Ends all your sessions, including this one, and starts a new session. Continue with the tokens in the ' +
        'response. You are notified by e-mail.',
      tags: ['Account'],
      body: PasswordChange,
      response: {
        200: jsonResponse(TokenResponse, 'The password was changed. These are the tokens of the new session.'),
        ...problems([403, 413, 415, 429], {
          401: noRecentSecondFactor,
          400: {
            ...wrongPassword,
            codes: { name: 'PasswordChange', values: ['invalid_request', 'wrong_password', ...passwordCodes] },
            description:
              'The request is invalid (`invalid_request`), the current password is wrong (`wrong_password`), or the ' +
              `new password is rejected (${passwordCodeList}).`,
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const { current_password: current, new_password: next } = request.body
      const principal = scope.authentication.principalOf(request)
      const grant = await scope.accounts.changePassword(principal, { current, next }, scope.originOf(request))
      // Required by RFC 6749 5.1 for every response with tokens.
      return reply.header('pragma', 'no-cache').send(toTokenResponse(grant))
    },
  })
}
