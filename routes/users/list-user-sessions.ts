import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { isClient } from '../../src/authorization/index.ts'
import { toSessionJson } from '../../src/tokens/index.ts'
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
      summary: 'The devices on which a user is signed in',
      description: 'As they see them themselves.',
      tags: ['Administration'],
      params: UserId,
      response: { 200: jsonResponse(Sessions, 'The sessions.'), ...problems([401, 403], { 404: noSuchUser }) },
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
