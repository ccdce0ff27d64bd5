import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toAccountJson } from '../../src/users/index.ts'
import { problems } from '../schemas/problem.ts'
import { DisplayName, EmailAddress, NewPassword, Username } from '../schemas/user-fields.ts'
import { accountCreated } from '../schemas/user.ts'

const InvitationAcceptance = Type.Object(
  {
    token: Type.String({
      format: 'password',
      minLength: 1,
      maxLength: 256,
      description: 'What stands behind the `#` of the link.',
    }),
    username: Username,
    password: NewPassword,
    name: DisplayName('A display name.'),
    email: Type.Optional(
      EmailAddress({
        description: 'Where the link was not mailed, and only there. It is a claim until it is verified.',
      }),
    ),
  },
  {
    $id: 'InvitationAcceptance',
    additionalProperties: false,
    description: 'The account that somebody makes who has been invited.',
    examples: [{ token: 'inv_AZqwxFsOfDqaVD9vDRwrOg', username: 'grace', password: 'correct horse battery staple' }],
  },
)

export const acceptInvitation: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/invitations/accept',
    schema: {
      operationId: 'acceptInvitation',
      summary: 'Make the account that one was invited to',
      description:
        'With the token of the link that was mailed, once. The address that it was mailed to is verified ' +
        'thereby. The page that the link opens does the same.',
      tags: ['Account'],
      security: [],
      body: InvitationAcceptance,
      response: {
        201: accountCreated,
        ...problems([413, 415], {
          400: {
            code: 'invalid_invitation',
            description:
              'The invitation is not valid, or not any more (`invalid_invitation`); or the request is not ' +
              '(`invalid_request`), or the password is not good enough (`password_too_short`, ' +
              '`password_too_long`, `password_too_common`, `password_too_personal`).',
          },
          409: {
            code: 'username_taken',
            description:
              'The username is taken (`username_taken`), or another account has verified the address meanwhile ' +
              '(`email_taken`).',
            errors: [{ path: '/username', message: 'is taken' }],
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const { account } = await scope.administration.acceptance.accept(request.body, scope.originOf(request))
      return reply.code(201).header('location', `${scope.prefix}/users/me`).send(toAccountJson(account))
    },
  })
}
