import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { clearSiteData, clearSiteDataHeaders } from '../clear-site-data.ts'
import { oauthErrors } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { Revocation, RevocationRequest } from '../schemas/token.ts'

export const revokeToken: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/revoke',
    schema: {
      operationId: 'revokeToken',
      summary: 'Sign out',
      description:
        'Ends the session of a refresh or access token (RFC 7009). All tokens of the session are rejected from the ' +
        'next request on. The response is the same for a token that is unknown, expired or already revoked.',
      tags: ['Sign-in'],
      security: [],
      consumes: ['application/x-www-form-urlencoded'],
      querystring: Type.Object({}),
      body: RevocationRequest,
      response: {
        // Some clients parse the body, which RFC 7009 2.2 leaves open.
        200: { ...jsonResponse(Revocation, 'The session has ended.'), headers: clearSiteDataHeaders },
        ...oauthErrors([400, 401, 413, 415], {
          400: {
            description:
              'The request is invalid (`invalid_request`), the token belongs to another client (`invalid_grant`), or ' +
              'it is a client’s own token, which cannot be revoked (`unsupported_token_type`).',
            code: 'invalid_request',
            codes: { name: 'Revocation', values: ['invalid_request', 'invalid_grant', 'unsupported_token_type'] },
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
    handler: async (request, reply) => {
      const client = await scope.tokens.clients.authenticate(
        request.headers.authorization,
        request.body,
        scope.originOf(request),
      )
      await scope.tokens.revoke(request.body.token, client, scope.originOf(request))
      // A confidential client has no data in the browser.
      if (client.type === 'public') clearSiteData(request, reply)
      return reply.send({})
    },
  })
}
