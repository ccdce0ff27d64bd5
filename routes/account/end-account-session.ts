import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { notFound } from '../../src/errors/index.ts'
import { clearSiteData, clearSiteDataHeaders } from '../clear-site-data.ts'
import { Id } from '../schemas/id.ts'
import { problems } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'

const noSuchSession = 'There is no such session.'

export const endAccountSession: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/users/me/sessions/:id',
    schema: {
      operationId: 'endAccountSession',
      summary: 'Sign out on one device',
      description: 'Ends one of your sessions. Its access tokens are rejected from the next request on.',
      tags: ['Account'],
      params: Type.Object({ id: Id('The id of the session.') }),
      response: {
        204: { ...emptyResponse('The session has ended.'), headers: clearSiteDataHeaders },
        ...problems([401, 403], {
          404: {
            code: 'not_found',
            description: 'You have no such session (`not_found`).',
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
