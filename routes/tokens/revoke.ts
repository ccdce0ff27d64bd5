import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { clearSiteData } from '../clear-site-data.ts'
import { oauthErrors } from '../schemas/problem.ts'
import { emptyResponse } from '../schemas/response.ts'
import { RevocationRequest } from '../schemas/token.ts'

export const revokeToken: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/revoke',
    schema: {
      operationId: 'revokeToken',
      summary: 'Sign out',
      description:
        'Ends the session of a refresh or access token (RFC 7009). Every token of the session is refused ' +
        'from the next request on. A token that is not known, or over already, is answered in the same ' +
        'way. A browser on this origin is told to forget what is kept there (`Clear-Site-Data`).',
      tags: ['Tokens'],
      security: [],
      consumes: ['application/x-www-form-urlencoded', 'application/json'],
      querystring: Type.Object({}),
      body: RevocationRequest,
      response: {
        200: emptyResponse('The session is over.'),
        ...oauthErrors([400, 401, 413, 415], {
          400: {
            description:
              'The request is not valid (`invalid_request`), the token is another client’s ' +
              '(`invalid_grant`), or one that cannot be revoked (`unsupported_token_type`).',
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
    handler: async (request, reply) => {
      const client = await scope.tokens.clients.authenticate(
        request.headers.authorization,
        request.body,
        scope.originOf(request),
      )
      await scope.tokens.revoke(request.body.token, client, scope.originOf(request))
      // A confidential client has no data in a browser.
      if (client.type === 'public') clearSiteData(request, reply)
      return reply.send()
    },
  })
}
