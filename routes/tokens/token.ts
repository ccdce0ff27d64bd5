import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { missing } from '../../src/errors.ts'
import { identifyClient } from '../../src/tokens/clients.ts'
import { oauthErrors } from '../schemas/problem.ts'
import { TokenRequest, TokenResponse } from '../schemas/token.ts'

export const issueToken: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/token',
    schema: {
      operationId: 'issueToken',
      summary: 'Sign in',
      description: 'Begins a session and answers with an access token for it (RFC 6749 4.3). The password grant is for apps of the operator; nobody else should ever see a password.',
      tags: ['Tokens'],
      security: [],
      consumes: ['application/x-www-form-urlencoded', 'application/json'],
      querystring: Type.Object({}),
      body: TokenRequest,
      response: {
        200: { description: 'Signed in.', content: { 'application/json': { schema: TokenResponse } } },
        ...oauthErrors([400, 401, 413, 415], {
          400: { description: 'The request is not valid (`invalid_request`, `invalid_scope`, `unsupported_grant_type`).', code: 'invalid_request', detail: 'password is missing.', errors: [{ path: '/password', message: 'is missing' }] },
          401: { description: 'The username or the password is wrong (`invalid_grant`), or the client is not known (`invalid_client`).', code: 'invalid_grant', detail: 'Incorrect username or password' },
        }),
      },
    },
    handler: async (request, reply) => {
      const { username, password, scope: asked = '', client_id: clientId } = request.body
      identifyClient(request.headers.authorization, clientId)
      if (username === undefined || password === undefined) throw missing({ username, password })
      const { token, expiresIn, scope: granted } = await scope.signIn.withPassword({ username, password, scope: asked })
      return reply.header('pragma', 'no-cache').send({ access_token: token, token_type: 'bearer', expires_in: expiresIn, scope: granted })
    },
  })
}
