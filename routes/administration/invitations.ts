import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Invitation, Invitations, NewInvitation, toWireInvitation } from '../schemas/invitations.ts'
import { Nothing } from '../schemas/nothing.ts'
import { defaultLimit, IdCursor, Limit, paginate } from '../schemas/paging.ts'
import { type Meaning, problems } from '../schemas/problem.ts'

const beyond: Meaning = {
  description: 'The access token lacks a scope that is needed, here or by the invitation.',
  code: 'insufficient_scope',
  detail: 'The invitation has administration scopes that the access token lacks.',
}

export const listInvitations: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/invitations',
    schema: {
      operationId: 'listInvitations',
      summary: 'The invitations that wait',
      description: 'Those that can still be accepted, the newest first. The link is in the mail, and in no answer.',
      tags: ['Administration'],
      querystring: Type.Object({ limit: Limit, cursor: IdCursor }, { additionalProperties: false }),
      response: {
        200: { description: 'The invitations.', content: { 'application/json': { schema: Invitations } } },
        ...problems([400, 401, 403]),
      },
    },
    handler: async ({ query: { limit = defaultLimit, cursor } }) => {
      const { items, next } = await paginate(
        limit,
        (limit) => scope.administration.invitations.list({ before: cursor?.toLowerCase(), limit }),
        ({ id }) => id,
      )
      return { invitations: items.map(toWireInvitation), next }
    },
  })
}

export const changeInvitations: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/invitations',
    schema: {
      operationId: 'createInvitation',
      summary: 'Invite somebody',
      description:
        'Mails a link, good for seven days, by which whoever has the mailbox makes an account with a username and a password of their own, whether people can register or not. When it is accepted, whoever invited must still be enabled and hold `users:write` and the administration scopes that the account is to have; otherwise it is refused.',
      tags: ['Administration'],
      body: NewInvitation,
      response: {
        201: { description: 'The mail is on its way.', content: { 'application/json': { schema: Invitation } } },
        ...problems([400, 401, 403, 409, 413, 415], {
          403: beyond,
          409: {
            description:
              'An account has verified the address (`email_taken`), or there is an invitation for it (`already_invited`).',
            code: 'already_invited',
            detail: 'There is an invitation for this e-mail address already. Withdraw it first.',
          },
        }),
      },
    },
    handler: async (request, reply) =>
      reply
        .code(201)
        .send(toWireInvitation(await scope.administration.invitations.create(request.body, scope.callerOf(request)))),
  })

  scope.route({
    method: 'DELETE',
    url: '/invitations/:id',
    schema: {
      operationId: 'deleteInvitation',
      summary: 'Withdraw an invitation',
      description: 'Its link opens nothing any more.',
      tags: ['Administration'],
      params: Type.Object({ id: Type.String({ format: 'uuid', description: 'The invitation’s.' }) }),
      response: {
        204: Nothing('It is withdrawn.'),
        ...problems([400, 401, 403, 404], {
          403: beyond,
          404: {
            description: 'There is no such invitation, or not any more.',
            code: 'not_found',
            detail: 'There is no such invitation.',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.administration.invitations.withdraw(request.params.id.toLowerCase(), scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
