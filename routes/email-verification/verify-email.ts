import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { AccountName, oneTimeTokenFields } from '../schemas/one-time-token.ts'
import { invalidOptionalToken } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { CurrentPassword } from '../schemas/user-fields.ts'

const EmailVerification = Type.Object(
  {
    ...oneTimeTokenFields,
    username: Type.Optional(
      AccountName(
        'The username, or the e-mail address of an account without a username. Required with `code`, unless you send ' +
          'an access token.',
      ),
    ),
    current_password: Type.Optional(
      CurrentPassword({ description: 'The password of the account. Required unless you send an access token.' }),
    ),
  },
  {
    $id: 'EmailVerification',
    additionalProperties: false,
    description: 'The token of the e-mailed link, or the e-mailed code.',
    examples: [{ username: 'ada', code: '12345678', current_password: 'correct horse battery staple' }],
  },
)

export const verifyEmail: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/email-verification/confirm',
    schema: {
      operationId: 'verifyEmail',
      summary: 'Verify your e-mail address',
      description:
        'Send the token of the link or the code from the verification e-mail, with your access token or your ' +
        'password. A code without an access token also requires your username. The page behind the link does the same.',
      tags: ['Recovery'],
      body: EmailVerification,
      response: {
        204: emptyResponse('The e-mail address is verified.'),
        ...problems([403, 413, 415, 429], {
          401: invalidOptionalToken,
          400: {
            code: 'invalid_code',
            codes: { name: 'EmailVerification', values: ['invalid_request', 'invalid_code', 'wrong_password'] },
            description:
              'The request is invalid (`invalid_request`), the link or code is invalid or has expired ' +
              '(`invalid_code`), or the password is wrong (`wrong_password`).',
          },
          409: {
            code: 'email_taken',
            description: 'Another account has verified the e-mail address in the meantime (`email_taken`).',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const account = scope.authentication.findPrincipalOf(request)?.account
      await scope.accounts.emailVerification.confirm(request.body, account, scope.originOf(request))
      return reply.code(204).send()
    },
  })
}
