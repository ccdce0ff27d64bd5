import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toInvitationJson } from '../../src/administration/index.ts'
import { paginate } from '../../src/lib/paginate.ts'
import { defaultPageLimit, IdPageQuery, Next } from '../schemas/pagination.ts'
import { lacksRights } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { Invitation, invitationExample } from './invitation.ts'

const Invitations = Type.Object(
  {
    invitations: Type.Array(Invitation, { description: 'The invitations, newest first.' }),
    next: Next,
  },
  {
    $id: 'Invitations',
    description: 'A page of pending invitations.',
    examples: [{ invitations: [invitationExample], next: null }],
  },
)

export const listInvitations: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/invitations',
    schema: {
      operationId: 'listInvitations',
      summary: 'List the pending invitations',
      description:
        'Returns a page of invitations that can still be accepted, newest first. Their links are only in the e-mails.',
      tags: ['Administration'],
      querystring: IdPageQuery,
      response: { 200: jsonResponse(Invitations, 'A page of invitations.'), ...problems([401], { 403: lacksRights }) },
    },
    handler: async ({ query: { limit = defaultPageLimit, cursor } }) => {
      const { items, next } = await paginate(
        limit,
        (limit) => scope.administration.invitations.list({ before: cursor?.toLowerCase(), limit }),
        ({ id }) => id,
      )
      return { invitations: items.map(toInvitationJson), next }
    },
  })
}
