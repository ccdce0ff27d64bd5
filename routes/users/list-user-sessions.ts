import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { isClient } from '../../src/authorization/index.ts'
import { toSessionJson } from '../../src/tokens/index.ts'
import { lacksRights } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { Sessions } from '../schemas/session.ts'
import { noSuchUser, UserId, userIdOf } from './user-id.ts'

export const listUserSessions: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/users/:id/sessions',
    schema: {
      operationId: 'listUserSessions',
      summary: 'List the sessions of a user',
      description: 'Returns the browsers and apps in which the user is signed in, most recently used first.',
      tags: ['Administration'],
      params: UserId,
      response: {
        200: jsonResponse(Sessions, 'The sessions.'),
        ...problems([401], { 403: lacksRights, 404: noSuchUser }),
      },
    },
    handler: async (request) => {
      const subject = scope.authentication.subjectOf(request)
      const currentId = isClient(subject) ? undefined : subject.session.id
      const { id } = await scope.administration.users.find(userIdOf(request))
      const sessions = await scope.tokens.sessions.list(id)
      return { sessions: sessions.map((session) => ({ ...toSessionJson(session), current: session.id === currentId })) }
    },
  })
}
