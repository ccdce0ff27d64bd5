import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toInvitationJson } from '../../src/administration/index.ts'
import { administratorNotRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { RedirectTo } from '../schemas/redirect-to.ts'
import { jsonResponse } from '../schemas/response.ts'
import { DisplayName, EmailAddress, Scopes } from '../schemas/user-fields.ts'
import { beyondInvitation, Invitation } from './invitation.ts'

const NewInvitation = Type.Object(
  {
    email: EmailAddress({ description: 'The recipient of the link. Accepting the invitation verifies it.' }),
    name: DisplayName('A display name, which the recipient can change.'),
    scopes: Scopes(
      'The scopes of the new account, in addition to `account`: administration scopes that you have yourself, and ' +
        'scopes that the operator defines.',
    ),
    redirect_to: RedirectTo,
  },
  {
    $id: 'NewInvitation',
    additionalProperties: false,
    description: 'The invitation to create.',
    examples: [{ email: 'grace@example.com', name: 'Grace Hopper', scopes: ['posts:write'] }],
  },
)

export const createInvitation: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/invitations',
    schema: {
      operationId: 'createInvitation',
      summary: 'Invite a user',
      description:
        'Sends a link by e-mail with which the recipient chooses a username and a password, even when registration ' +
        'is closed. The link is valid for seven days, and only while you are enabled and have `users:write` and the ' +
        'administration scopes of the invitation.',
      tags: ['Administration'],
      body: NewInvitation,
      response: {
        201: jsonResponse(Invitation, 'The invitation was created and its e-mail is queued.'),
        ...problems([413, 415], {
          401: administratorNotRecent,
          403: beyondInvitation,
          409: {
            code: 'already_invited',
            codes: { name: 'NewInvitation', values: ['email_taken', 'already_invited'] },
            description:
              'An account has verified the e-mail address (`email_taken`), or there is already an invitation for it ' +
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
