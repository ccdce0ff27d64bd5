import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toInvitationJson } from '../../src/administration/index.ts'
import { problems } from '../schemas/problem.ts'
import { RedirectTo } from '../schemas/redirect-to.ts'
import { jsonResponse } from '../schemas/response.ts'
import { DisplayName, EmailAddress, Scopes } from '../schemas/user-fields.ts'
import { beyondInvitation, Invitation } from './invitation.ts'

const NewInvitation = Type.Object(
  {
    email: EmailAddress({ description: 'Where the link is mailed. It is verified when the invitation is accepted.' }),
    name: DisplayName('A display name, which the invited may change.'),
    scopes: Scopes(
      'What the account is to have. Administration scopes only as far as one has them oneself, and never `account`.',
    ),
    redirect_to: RedirectTo,
  },
  {
    $id: 'NewInvitation',
    additionalProperties: false,
    description: 'Somebody who is to have an account.',
    examples: [{ email: 'grace@example.com', name: 'Grace Hopper', scopes: ['posts:write'] }],
  },
)

export const createInvitation: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/invitations',
    schema: {
      operationId: 'createInvitation',
      summary: 'Invite somebody',
      description:
        'Mails a link, good for seven days, by which whoever has the mailbox makes an account with a ' +
        'username and a password of their own, whether people can register or not. When it is accepted, ' +
        'whoever invited must still be enabled and hold `users:write` and the administration scopes that the ' +
        'account is to have; otherwise it is refused.',
      tags: ['Administration'],
      body: NewInvitation,
      response: {
        201: jsonResponse(Invitation, 'The mail is on its way.'),
        ...problems([401, 413, 415], {
          403: beyondInvitation,
          409: {
            code: 'already_invited',
            description:
              'An account has verified the address (`email_taken`), or there is an invitation for it ' +
              '(`already_invited`).',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const { redirect_to: redirectTo, ...invited } = request.body
      const { invitations } = scope.administration
      const invitation = await invitations.create({ ...invited, redirectTo }, scope.callerOf(request))
      return reply.code(201).send(toInvitationJson(invitation))
    },
  })
}
