import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { notFound } from '../../src/errors/index.ts'
import { clearSiteData } from '../clear-site-data.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'

const noSuchSession = 'There is no such session.'

export const endSession: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/users/me/sessions/:id',
    schema: {
      operationId: 'endSession',
      summary: 'Sign out one device',
      description:
        'Ends a session of one’s own. Its access tokens are refused from the next request on. If it is the ' +
        'one that asks, a browser on this origin is told to forget what is kept there (`Clear-Site-Data`).',
      tags: ['Account'],
      params: Type.Object({ id: Type.String({ format: 'uuid', description: 'The session’s.' }) }),
      response: {
        204: emptyResponse('It has ended.'),
        ...problems([401, 403], {
          404: {
            code: 'not_found',
            description: 'There is no such session, or not of one’s own.',
            detail: noSuchSession,
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const { account, session } = scope.authentication.principalOf(request)
      const id = request.params.id.toLowerCase()
      const hasEnded = await scope.tokens.sessions.endOwn(account.id, id, scope.originOf(request))
      if (!hasEnded) throw notFound(noSuchSession)
      if (id === session.id) clearSiteData(request, reply)
      return reply.code(204).send()
    },
  })
}
