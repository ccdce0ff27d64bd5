import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toAccountJson } from '../../src/users/index.ts'
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
    description: 'Somebody who registers.',
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
      summary: 'Register',
      description:
        'Makes an account for oneself. Usernames that differ only in case or width are the same. An e-mail ' +
        'address is a claim until it is verified.',
      tags: ['Account'],
      security: [],
      body: NewUser,
      response: {
        201: accountCreated,
        ...problems([413, 415, 429], {
          400: {
            code: 'invalid_request',
            description:
              'The request is not valid; `errors` names the fields. Why a password is refused is told by ' +
              '`code`, too: `password_too_short`, `password_too_long`, `password_too_common` or ' +
              '`password_too_personal`.',
            detail: 'username is required.',
            errors: [{ path: '/username', message: 'is required' }],
          },
          403: { code: 'signup_closed' },
          409: { code: 'username_taken', errors: [{ path: '/username', message: 'is taken' }] },
        }),
      },
    },
    handler: async (request, reply) => {
      const account = await scope.accounts.register(request.body, scope.originOf(request))
      return reply.code(201).header('location', `${scope.prefix}/users/me`).send(toAccountJson(account))
    },
  })
}
