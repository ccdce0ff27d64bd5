import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { isClient } from '../../src/authorization/index.ts'
import { Nothing } from '../schemas/nothing.ts'
import { problems } from '../schemas/problem.ts'
import { Sessions, toWireSession } from '../schemas/session.ts'
import { beyondUser, noSuchUser, UserId } from './user-acts.ts'

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
      response: {
        200: { description: 'The sessions.', content: { 'application/json': { schema: Sessions } } },
        ...problems([400, 401, 403, 404], { 404: noSuchUser }),
      },
    },
    handler: async (request) => {
      const subject = scope.authentication.subjectOf(request)
      const current = isClient(subject) ? '' : subject.session.id
      const { id } = await scope.administration.listing.find(request.params.id.toLowerCase())
      const sessions = await scope.tokens.sessions.list(id)
      return { sessions: sessions.map((session) => toWireSession(session, current)) }
    },
  })
}

export const endUserSessions: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'DELETE',
    url: '/users/:id/sessions',
    schema: {
      operationId: 'endUserSessions',
      summary: 'Sign a user out everywhere',
      description: 'Ends every session of theirs. Their access tokens are refused from the next request on.',
      tags: ['Administration'],
      params: UserId,
      response: {
        204: Nothing('They have ended.'),
        ...problems([400, 401, 403, 404], { 403: beyondUser, 404: noSuchUser }),
      },
    },
    handler: async (request, reply) => {
      await scope.administration.management.endSessions(request.params.id.toLowerCase(), scope.callerOf(request))
      return reply.code(204).send()
    },
  })

  scope.route({
    method: 'DELETE',
    url: '/users/:id/sessions/:session_id',
    schema: {
      operationId: 'endUserSession',
      summary: 'Sign a user out on one device',
      description: 'Ends a session of theirs. Its access tokens are refused from the next request on.',
      tags: ['Administration'],
      params: Type.Object({
        ...UserId.properties,
        session_id: Type.String({ format: 'uuid', description: 'The session’s.' }),
      }),
      response: {
        204: Nothing('It has ended.'),
        ...problems([400, 401, 403, 404], {
          403: beyondUser,
          404: { ...noSuchUser, description: 'There is no such user, or no such session of theirs.' },
        }),
      },
    },
    handler: async (request, reply) => {
      const { id, session_id: sessionId } = request.params
      await scope.administration.management.endSession(
        id.toLowerCase(),
        sessionId.toLowerCase(),
        scope.callerOf(request),
      )
      return reply.code(204).send()
    },
  })

  scope.route({
    method: 'DELETE',
    url: '/sessions',
    schema: {
      operationId: 'endAllSessions',
      summary: 'Sign everybody out',
      description:
        'For an emergency: ends every session, but for the one that asks and those of users whose administration scopes one lacks. Access tokens are refused from the next request on.',
      tags: ['Administration'],
      response: { 204: Nothing('They have ended.'), ...problems([400, 401, 403]) },
    },
    handler: async (request, reply) => {
      await scope.administration.management.endAllSessions(scope.callerOf(request))
      return reply.code(204).send()
    },
  })
}
