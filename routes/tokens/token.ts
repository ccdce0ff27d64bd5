import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import type { Origin } from '../../src/audit/index.ts'
import type { Client } from '../../src/authorization/index.ts'
import { ApiError, missingFields } from '../../src/errors/index.ts'
import { type Grant, invalidClient } from '../../src/tokens/index.ts'
import { oauthErrors } from '../schemas/problem.ts'
import { TokenRequest, TokenResponse, toTokenResponse } from '../schemas/token.ts'

export const issueToken: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/token',
    schema: {
      operationId: 'issueToken',
      summary: 'Sign in, or refresh',
      description:
        'Begins a session (`password`, RFC 6749 4.3) or goes on with one (`refresh_token`, RFC 6749 6): each refresh token is used once, and its answer may be lost. Clients get tokens for themselves (`client_credentials`, RFC 6749 4.4). The password grant is for apps of the operator; nobody else should ever see a password.',
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
              'The request is not valid (`invalid_request`, `invalid_scope`, `unsupported_grant_type`, `unauthorized_client`), the e-mail address is not verified yet (`invalid_grant` with the code `email_not_verified`), or the refresh token is not (`invalid_grant`).',
            code: 'invalid_request',
            detail: 'password is missing.',
            errors: [{ path: '/password', message: 'is missing' }],
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
      const origin = scope.originOf(request)
      const client = await scope.tokens.clients.identify(request.headers.authorization, body, origin)
      const grant =
        client === undefined ? await grantToUser(scope, body, origin) : await grantToClient(scope, body, client)
      return reply.send(toTokenResponse(grant))
    },
  })
}

type Body = Static<typeof TokenRequest>

/** Through one of the operator's own apps. */
async function grantToUser(
  scope: FastifyInstance,
  {
    grant_type: grantType = 'password',
    username,
    password,
    refresh_token: refreshToken,
    device_token: deviceToken,
    scope: asked = '',
  }: Body,
  origin: Origin,
): Promise<Grant> {
  switch (grantType) {
    case 'password':
      if (username === undefined || password === undefined) throw missingFields({ username, password })
      return scope.accounts.signIn.withPassword({ username, password, scope: asked, deviceToken }, origin)
    case 'refresh_token':
      if (refreshToken === undefined) throw missingFields({ refresh_token: refreshToken })
      return scope.tokens.refresh.withToken(refreshToken, asked, origin)
    case 'client_credentials':
      throw invalidClient('The client credentials grant needs the credentials of a client.')
  }
}

/** To a registered client, for itself: it has no business with the passwords and sessions of users. */
async function grantToClient(
  { tokens: { grants } }: FastifyInstance,
  { grant_type: grantType, scope: asked = '' }: Body,
  client: Client,
): Promise<Grant> {
  if (grantType !== 'client_credentials') {
    throw new ApiError('unauthorized_client', { detail: 'The client may not use this grant.' })
  }
  return grants.issueToClient(client, asked)
}
