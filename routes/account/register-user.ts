import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toAccountJson } from '../../src/users/index.ts'
import { passwordCodeList, passwordCodes } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { RedirectTo } from '../schemas/redirect-to.ts'
import { DisplayName, EmailAddress, NewPassword, Username } from '../schemas/user-fields.ts'
import { accountCreated } from '../schemas/user.ts'

const NewUser = Type.Object(
  {
    username: Username,
    password: NewPassword,
    email: Type.Optional(EmailAddress()),
    name: DisplayName('A display name.'),
    redirect_to: RedirectTo,
  },
  {
    $id: 'NewUser',
    additionalProperties: false,
    description: 'The account to create.',
    examples: [
      { username: 'ada', password: 'correct horse battery staple', email: 'ada@example.com', name: 'Ada Lovelace' },
    ],
  },
)

export const registerUser: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users',
    schema: {
      operationId: 'registerUser',
      summary: 'Register a new account',
      description:
        'Creates an account and sends a verification e-mail to its e-mail address, if there is one. It does not sign ' +
        'the user in: continue with `POST …/token`.',
      tags: ['Sign-in'],
      security: [],
      body: NewUser,
      response: {
        201: accountCreated,
        ...problems([413, 415, 429], {
          400: {
            code: 'invalid_request',
            codes: { name: 'NewUser', values: ['invalid_request', ...passwordCodes] },
            description:
              'The request is invalid (`invalid_request`), or the password is rejected ' +
              `(${passwordCodeList}). \`errors\` names the invalid fields.`,
            detail: 'username is required.',
            errors: [{ path: '/username', message: 'is required' }],
          },
          403: { code: 'signup_closed', description: 'Registration is closed (`signup_closed`).' },
          409: {
            code: 'username_taken',
            description: 'An account has, or had, this username (`username_taken`).',
            errors: [{ path: '/username', message: 'is taken' }],
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const account = await scope.accounts.register(request.body, scope.originOf(request))
      return reply.code(201).header('location', `${scope.prefix}/users/me`).send(toAccountJson(account))
    },
  })
}
