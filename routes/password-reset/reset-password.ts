import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { AccountName, oneTimeTokenFields } from '../schemas/one-time-token.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { NewPassword } from '../schemas/user-fields.ts'

const PasswordReset = Type.Object(
  {
    ...oneTimeTokenFields,
    username: Type.Optional(AccountName('With a code: the username or e-mail address of the account.')),
    new_password: NewPassword,
  },
  {
    $id: 'PasswordReset',
    additionalProperties: false,
    description: 'A new password, and what was mailed: either the token of the link, or the username and the code.',
    examples: [{ username: 'ada', code: '12345678', new_password: 'seven green bottles on a wall' }],
  },
)

export const resetPassword: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/password-reset/confirm',
    schema: {
      operationId: 'resetPassword',
      summary: 'Set a new password',
      description:
        'With the token of the link, or with the username and the code. It works once, ends every session ' +
        'and tells the owner by mail. The page that the link opens does the same.',
      tags: ['Recovery'],
      security: [],
      body: PasswordReset,
      response: {
        204: emptyResponse('The password is set. Sign in with it.'),
        ...problems([413, 415, 429], {
          400: {
            code: 'invalid_code',
            description:
              'The request is not valid (`invalid_request`), the link or the code is not, or not any more ' +
              '(`invalid_code`), or the password is not good enough (`password_too_short`, ' +
              '`password_too_long`, `password_too_common`, `password_too_personal`).',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.accounts.passwordReset.confirm(request.body, scope.originOf(request))
      return reply.code(204).send()
    },
  })
}
