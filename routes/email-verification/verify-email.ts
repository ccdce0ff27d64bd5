import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { AccountName, oneTimeTokenFields } from '../schemas/one-time-token.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { CurrentPassword } from '../schemas/user-fields.ts'

const EmailVerification = Type.Object(
  {
    ...oneTimeTokenFields,
    username: Type.Optional(
      AccountName('With a code, unless signed in: the username, or the address of an account without one.'),
    ),
    current_password: Type.Optional(CurrentPassword({ description: 'The account’s, unless one is signed in.' })),
  },
  {
    $id: 'EmailVerification',
    additionalProperties: false,
    description: 'What was mailed: the token of the link, or the code.',
    examples: [{ username: 'ada', code: '12345678', current_password: 'correct horse battery staple' }],
  },
)

export const verifyEmail: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/email-verification/confirm',
    schema: {
      operationId: 'verifyEmail',
      summary: 'Verify one’s e-mail address',
      description:
        'With the token of the link or with the code; and either signed in, or with the password (and, with ' +
        'a code, the username). The page that the link opens does the same.',
      tags: ['Recovery'],
      body: EmailVerification,
      response: {
        204: emptyResponse('The address is verified.'),
        ...problems([401, 403, 413, 415, 429], {
          400: {
            code: 'invalid_code',
            description:
              'The request is not valid (`invalid_request`), the link or the code is not, or not any more ' +
              '(`invalid_code`), or the password is wrong (`wrong_password`).',
          },
          409: { code: 'email_taken', description: 'Another account has the address.' },
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
