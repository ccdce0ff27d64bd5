import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { basicSchemeOf } from '../../plugins/security-schemes.ts'
import { oauthErrors } from '../schemas/problem.ts'
import { IntrospectionRequest, IntrospectionResponse } from '../schemas/token.ts'

export const introspectToken: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/introspect',
    schema: {
      operationId: 'introspectToken',
      summary: 'Introspect an access token',
      description:
        'Returns whether an access token is valid now, and its scopes (RFC 7662). For an expired, revoked or unknown ' +
        'token, and for every refresh token, the response is `{"active": false}`.',
      tags: ['Token verification'],
      security: [{ [basicSchemeOf(scope.config.name)]: [] }],
      consumes: ['application/x-www-form-urlencoded'],
      querystring: Type.Object({}),
      body: IntrospectionRequest,
      response: {
        200: {
          description: 'The state of the token.',
          content: { 'application/json': { schema: IntrospectionResponse } },
        },
        ...oauthErrors([400, 401, 413, 415], {
          400: {
            description:
              'The request is invalid (`invalid_request`), or the client is not registered for introspection ' +
              '(`unauthorized_client`).',
            code: 'invalid_request',
            codes: { name: 'Introspection', values: ['invalid_request', 'unauthorized_client'] },
            detail: 'token is required.',
            errors: [{ path: '/token', message: 'is required' }],
          },
          401: {
            description: 'The client is unknown or its secret is wrong (`invalid_client`).',
            code: 'invalid_client',
          },
        }),
      },
    },
    handler: (request) => scope.tokens.introspect(request.body, request.headers.authorization, scope.originOf(request)),
  })
}
