import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { toSessionJson } from '../../src/tokens/index.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { Sessions } from '../schemas/session.ts'

export const listAccountSessions: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/users/me/sessions',
    schema: {
      operationId: 'listAccountSessions',
      summary: 'List your sessions',
      description:
        'Returns the browsers and apps in which you are signed in, most recently used first. Each sign-in starts a ' +
        'session, which lasts until you sign out or it expires.',
      tags: ['Account'],
      response: { 200: jsonResponse(Sessions, 'The sessions.'), ...problems([401, 403]) },
    },
    handler: async (request) => {
      const { account, session: current } = scope.authentication.principalOf(request)
      const sessions = await scope.tokens.sessions.list(account.id)
      return {
        sessions: sessions.map((session) => ({ ...toSessionJson(session), current: session.id === current.id })),
      }
    },
  })
}
