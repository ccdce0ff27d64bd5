import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { notFound } from '../../src/errors/index.ts'
import { clearSiteData } from '../clear-site-data.ts'
import { Nothing } from '../schemas/nothing.ts'
import { problems } from '../schemas/problem.ts'
import { Sessions, toWireSession } from '../schemas/session.ts'

/** One's own devices. */
export const ownSessions: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/users/me/sessions',
    schema: {
      operationId: 'listSessions',
      summary: 'The devices that are signed in',
      description: 'Each sign-in has a session of its own, until it is ended or expires.',
      tags: ['Account'],
      response: {
        200: { description: 'The sessions.', content: { 'application/json': { schema: Sessions } } },
        ...problems([400, 401, 403]),
      },
    },
    handler: async (request) => {
      const { account, session } = scope.authentication.principalOf(request)
      const sessions = await scope.tokens.sessions.list(account.id)
      return { sessions: sessions.map((one) => toWireSession(one, session.id)) }
    },
  })

  scope.route({
    method: 'DELETE',
    url: '/users/me/sessions',
    schema: {
      operationId: 'endOtherSessions',
      summary: 'Sign out everywhere else',
      description:
        'Ends every session but the one that asks. Their access tokens are refused from the next request on.',
      tags: ['Account'],
      response: { 204: Nothing('They have ended.'), ...problems([400, 401, 403]) },
    },
    handler: async (request, reply) => {
      const { account, session } = scope.authentication.principalOf(request)
      await scope.tokens.sessions.endOthers(account.id, session.id, scope.originOf(request))
      return reply.code(204).send()
    },
  })

  scope.route({
    method: 'DELETE',
    url: '/users/me/sessions/:id',
    schema: {
      operationId: 'endSession',
      summary: 'Sign out one device',
      description:
        'Ends a session of one’s own. Its access tokens are refused from the next request on. If it is the one that asks, a browser on this origin is told to forget what is kept there (`Clear-Site-Data`).',
      tags: ['Account'],
      params: Type.Object({ id: Type.String({ format: 'uuid', description: 'The session’s.' }) }),
      response: {
        204: Nothing('It has ended.'),
        ...problems([400, 401, 403, 404], {
          404: {
            description: 'There is no such session, or not of one’s own.',
            code: 'not_found',
            detail: 'There is no such session.',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const { account, session } = scope.authentication.principalOf(request)
      const id = request.params.id.toLowerCase()
      if (!(await scope.tokens.sessions.endOwn(account.id, id, scope.originOf(request)))) {
        throw notFound('There is no such session.')
      }
      if (id === session.id) clearSiteData(request, reply)
      return reply.code(204).send()
    },
  })
}
