import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { NewUser, toWire, User } from '../schemas/account.ts'
import { problems } from '../schemas/problem.ts'

export const registerUser: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/users',
    schema: {
      operationId: 'registerUser',
      summary: 'Register',
      description:
        'Makes an account for oneself. Usernames that differ only in case or width are the same. An e-mail address is a claim until it is verified.',
      tags: ['Account'],
      security: [],
      body: NewUser,
      response: {
        201: {
          description: 'The account was made.',
          headers: { Location: { type: 'string', description: 'Where it is, once signed in.' } },
          content: { 'application/json': { schema: User } },
        },
        ...problems([400, 403, 409, 413, 415, 429], {
          400: {
            description:
              'The request is not valid; `errors` names the fields. Why a password is refused is told by `code`, too: `password_too_short`, `password_too_long`, `password_too_common` or `password_too_personal`.',
            code: 'invalid_request',
            detail: 'username is missing.',
            errors: [{ path: '/username', message: 'is missing' }],
          },
          403: { description: 'Registration is closed.', code: 'signup_closed', detail: 'Registration is closed.' },
          409: {
            description: 'The username is taken.',
            code: 'username_taken',
            detail: 'The username is taken.',
            errors: [{ path: '/username', message: 'is taken' }],
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const account = await scope.accounts.register(request.body, scope.originOf(request))
      return reply.code(201).header('location', `${scope.prefix}/users/me`).send(toWire(account))
    },
  })
}
