import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toAccountJson } from '../../src/users/index.ts'
import { passwordCodeList, passwordCodes } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { DisplayName, EmailAddress, NewPassword, Username } from '../schemas/user-fields.ts'
import { accountCreated } from '../schemas/user.ts'

const InvitationAcceptance = Type.Object(
  {
    token: Type.String({
      format: 'password',
      minLength: 1,
      maxLength: 256,
      description: 'The part of the link after the `#`.',
    }),
    username: Username,
    password: NewPassword,
    name: DisplayName('A display name.'),
    email: Type.Optional(
      EmailAddress({
        description: 'Only for an invitation without an e-mail address. It is unverified at first.',
      }),
    ),
  },
  {
    $id: 'InvitationAcceptance',
    additionalProperties: false,
    description: 'The account to create.',
    examples: [{ token: 'inv_AZqwxFsOfDqaVD9vDRwrOg', username: 'grace', password: 'correct horse battery staple' }],
  },
)

export const acceptInvitation: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/invitations/accept',
    schema: {
      operationId: 'acceptInvitation',
      summary: 'Accept an invitation',
      description:
        'Creates an account with the token of an invitation link, which works once. This also verifies the e-mail ' +
        'address that the invitation was sent to. The page behind the link does the same.',
      tags: ['Sign-in'],
      security: [],
      body: InvitationAcceptance,
      response: {
        201: accountCreated,
        ...problems([413, 415], {
          400: {
            code: 'invalid_invitation',
            codes: {
              name: 'InvitationAcceptance',
              values: ['invalid_request', 'invalid_invitation', ...passwordCodes],
            },
            description:
              'The request is invalid (`invalid_request`), the invitation is invalid or has expired ' +
              `(\`invalid_invitation\`), or the password is rejected (${passwordCodeList}).`,
          },
          409: {
            code: 'username_taken',
            codes: { name: 'AccountTaken', values: ['username_taken', 'email_taken'] },
            description:
              'The username is taken (`username_taken`), or another account has verified the e-mail address in the ' +
              'meantime (`email_taken`).',
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
