import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { Client } from '../../src/authorization/index.ts'
import { ApiError } from '../../src/errors/index.ts'
import { invalidClient } from '../../src/tokens/index.ts'
import { oauthErrors } from '../schemas/problem.ts'
import { TokenRequest, TokenResponse, toTokenResponse } from '../schemas/token.ts'
import { defaultGrantType, findGrant } from './grants/index.ts'

export const issueToken: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/token',
    schema: {
      operationId: 'issueToken',
      summary: 'Sign in, or refresh',
      description:
        'Begins a session (`password`, RFC 6749 4.3) or goes on with one (`refresh_token`, RFC 6749 6): ' +
        'each refresh token is used once, and its answer may be lost. Clients get tokens for themselves ' +
        '(`client_credentials`, RFC 6749 4.4). The password grant is for apps of the operator; nobody ' +
        'else should ever see a password. Parameters may also be sent as `multipart/form-data`.',
      tags: ['Tokens'],
      security: [],
      consumes: ['application/x-www-form-urlencoded', 'application/json'],
      querystring: Type.Object({}),
      body: TokenRequest,
      response: {
        200: {
          description: 'What was asked for is granted.',
          content: { 'application/json': { schema: TokenResponse } },
        },
        ...oauthErrors([400, 401, 413, 415, 429], {
          400: {
            description:
              'The request is not valid (`invalid_request`, `invalid_scope`, `unsupported_grant_type`, ' +
              '`unauthorized_client`), the e-mail address is not verified yet (`invalid_grant` with the ' +
              'code `email_not_verified`), or the refresh token is not (`invalid_grant`).',
            code: 'invalid_request',
            detail: 'password is required.',
            errors: [{ path: '/password', message: 'is required' }],
          },
          401: {
            description:
              'The username or the password is wrong (`invalid_grant`), or the client is not known (`invalid_client`).',
            code: 'invalid_grant',
            detail: 'Incorrect username or password',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      const { body } = request
      const { grant_type: grantType = defaultGrantType, scope: requested = '' } = body
      const origin = scope.originOf(request)
      const client = await scope.tokens.clients.authenticate(request.headers.authorization, body, origin)
      const grant = findGrant(grantType)
      if (grant === undefined) throw new ApiError('unsupported_grant_type')
      if (!mayUse(client, grantType)) throw grantNotAllowed(client)
      return reply.send(toTokenResponse(await grant.handler(scope, { form: body, scope: requested, client, origin })))
    },
  })
}

function mayUse({ grant_types: allowed }: { grant_types: string[] }, grantType: string) {
  return allowed.includes(grantType)
}

/** Without credentials the request comes from the first-party client, which has no token for itself. */
function grantNotAllowed(client: Client) {
  return client.type === 'public'
    ? invalidClient({ detail: 'The client credentials grant needs the credentials of a client.' })
    : new ApiError('unauthorized_client')
}
