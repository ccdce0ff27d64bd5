import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { toWire, User } from '../schemas/account.ts'
import { InvitationAcceptance } from '../schemas/invitations.ts'
import { problems } from '../schemas/problem.ts'

export const acceptInvitation: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/invitations/accept',
    schema: {
      operationId: 'acceptInvitation',
      summary: 'Make the account that one was invited to',
      description:
        'With the token of the link that was mailed, once. The address that it was mailed to is verified thereby. The page that the link opens does the same.',
      tags: ['Account'],
      security: [],
      body: InvitationAcceptance,
      response: {
        201: {
          description: 'The account was made.',
          headers: { Location: { type: 'string', description: 'Where it is, once signed in.' } },
          content: { 'application/json': { schema: User } },
        },
        ...problems([400, 409, 413, 415], {
          400: {
            description:
              'The invitation is not valid, or not any more (`invalid_invitation`); or the request is not (`invalid_request`), or the password is not good enough (`password_too_short`, `password_too_long`, `password_too_common`, `password_too_personal`).',
            code: 'invalid_invitation',
            detail: 'The invitation is not valid, or not any more. Ask whoever invited you for another one.',
          },
          409: {
            description:
              'The username is taken (`username_taken`), or another account has verified the address meanwhile (`email_taken`).',
            code: 'username_taken',
            detail: 'The username is taken.',
            errors: [{ path: '/username', message: 'is taken' }],
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const account = await scope.administration.acceptance.accept(request.body, scope.originOf(request))
      return reply.code(201).header('location', `${scope.prefix}/users/me`).send(toWire(account))
    },
  })
}
