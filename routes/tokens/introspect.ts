import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { clientSchemeOf } from '../../plugins/security-schemes.ts'
import { oauthErrors } from '../schemas/problem.ts'
import { IntrospectionRequest, IntrospectionResponse } from '../schemas/token.ts'

export const introspectToken: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/introspect',
    schema: {
      operationId: 'introspectToken',
      summary: 'What an access token is worth',
      description:
        'For registered clients (RFC 7662): whether the session, the user and the client of an access ' +
        'token live just now, and what it may do. Anything else is `{"active": false}`.',
      tags: ['Tokens'],
      security: [{ [clientSchemeOf(scope.config.name)]: [] }],
      consumes: ['application/x-www-form-urlencoded', 'application/json'],
      querystring: Type.Object({}),
      body: IntrospectionRequest,
      response: {
        200: { description: 'What it is worth.', content: { 'application/json': { schema: IntrospectionResponse } } },
        ...oauthErrors([400, 401, 413, 415], {
          400: {
            description:
              'The request is not valid (`invalid_request`), or the client may not introspect (`unauthorized_client`).',
            code: 'invalid_request',
            detail: 'token is required.',
            errors: [{ path: '/token', message: 'is required' }],
          },
          401: {
            description: 'The client is not known.',
            code: 'invalid_client',
          },
        }),
      },
    },
    handler: async (request) => {
      const client = await scope.tokens.clients.authenticate(
        request.headers.authorization,
        request.body,
        scope.originOf(request),
      )
      return scope.tokens.introspect(request.body.token, client)
    },
  })
}
