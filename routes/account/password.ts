import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PasswordChange } from '../schemas/account.ts'
import { problems } from '../schemas/problem.ts'
import { TokenResponse, toTokenResponse } from '../schemas/token.ts'

export const changePassword: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users/me/password',
    schema: {
      operationId: 'changePassword',
      summary: 'Change one’s password',
      description:
        'Ends every session, this one too, and begins a new one: go on with the tokens of the answer. The owner is told by mail.',
      tags: ['Account'],
      body: PasswordChange,
      response: {
        200: {
          description: 'The password is changed; the tokens of the new session.',
          content: { 'application/json': { schema: TokenResponse } },
        },
        ...problems([400, 401, 403, 413, 415, 429], {
          400: {
            description:
              'The request is not valid (`invalid_request`), the current password is wrong (`wrong_password`), or the new one is not good enough (`password_too_short`, `password_too_long`, `password_too_common`, `password_too_personal`).',
            code: 'wrong_password',
            detail: 'The password is wrong.',
            errors: [{ path: '/current_password', message: 'is wrong' }],
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
      // RFC 6749 5.1, as wherever tokens are issued.
      return reply.header('pragma', 'no-cache').send(toTokenResponse(grant))
    },
  })
}
