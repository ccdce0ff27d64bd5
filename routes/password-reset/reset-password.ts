import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { AccountName, oneTimeTokenFields } from '../schemas/one-time-token.ts'
import { passwordCodeList, passwordCodes } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { NewPassword } from '../schemas/user-fields.ts'

const PasswordReset = Type.Object(
  {
    ...oneTimeTokenFields,
    username: Type.Optional(AccountName('The username or e-mail address of the account. Required with `code`.')),
    new_password: NewPassword,
  },
  {
    $id: 'PasswordReset',
    additionalProperties: false,
    description: 'The new password, with either the token of the e-mailed link, or the username and the e-mailed code.',
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
        'Send the token of the link, or your username and the code, from the reset e-mail; the page behind the link ' +
        'does the same. All your sessions end, and you are notified by e-mail. If your address was not verified ' +
        'until now, your second factors are removed as well.',
      tags: ['Recovery'],
      security: [],
      body: PasswordReset,
      response: {
        204: emptyResponse('The password was set. Sign in with it.'),
        ...problems([413, 415, 429], {
          400: {
            code: 'invalid_code',
            codes: { name: 'PasswordReset', values: ['invalid_request', 'invalid_code', ...passwordCodes] },
            description:
              'The request is invalid (`invalid_request`), the link or code is invalid or has expired ' +
              `(\`invalid_code\`), or the password is rejected (${passwordCodeList}).`,
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
