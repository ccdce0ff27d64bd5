import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { Client } from '../../src/authorization/index.ts'
import { ApiError } from '../../src/errors/index.ts'
import { invalidClient } from '../../src/tokens/index.ts'
import { passkeysUnavailable } from '../schemas/passkey.ts'
import { mfaRequired } from '../schemas/error-meanings.ts'
import { oauthErrors } from '../schemas/problem.ts'
import { TokenRequest, TokenResponse, toTokenResponse } from '../schemas/token.ts'
import { defaultGrantType, findGrant } from './grants/index.ts'

export const issueToken: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/token',
    schema: {
      operationId: 'issueToken',
      summary: 'Sign in or refresh',
      description:
        'Starts a session (`password`; with a second factor `urn:latchkey:grant-type:mfa`; with a passkey alone ' +
        '`urn:latchkey:grant-type:passkey`), continues it ' +
        '(`refresh_token`), or issues a token to a registered client itself (`client_credentials`). Use each refresh ' +
        'token only once: the response contains the next one. Only first-party apps should ask users for a password.',
      tags: ['Sign-in'],
      security: [],
      consumes: ['application/x-www-form-urlencoded'],
      querystring: Type.Object({}),
      body: TokenRequest,
      response: {
        200: {
          description: 'The issued tokens.',
          content: { 'application/json': { schema: TokenResponse } },
        },
        ...oauthErrors([400, 401, 413, 415, 429], {
          400: {
            description:
              'The request is invalid (`invalid_request`, `unsupported_grant_type`), a scope is not available ' +
              '(`invalid_scope`; with the code `second_factor_required` because the account needs one), the ' +
              'client is not allowed to use the grant type (`unauthorized_client`), the refresh token is invalid ' +
              'or its session has ended (`invalid_grant`), the e-mail address is not verified (`invalid_grant` ' +
              'with the code `email_not_verified`), the code of the second factor is wrong or was already used ' +
              '(`invalid_otp`), codes are locked (`otp_locked`) or can no longer be verified (`unreadable_factors`), ' +
              'the passkey was rejected (`invalid_passkey`), or the `mfa_token` has expired (`invalid_mfa_token`).',
            code: 'invalid_request',
            codes: {
              name: 'TokenRequest',
              values: [
                'invalid_request',
                'unsupported_grant_type',
                'invalid_scope',
                'second_factor_required',
                'unauthorized_client',
                'invalid_grant',
                'email_not_verified',
                'invalid_otp',
                'otp_locked',
                'unreadable_factors',
                'invalid_passkey',
                'invalid_mfa_token',
              ],
            },
            detail: 'password is required.',
            errors: [{ path: '/password', message: 'is required' }],
          },
          401: {
            description:
              'The username or the password is wrong (`invalid_grant`), or the client is unknown or its secret is ' +
              'wrong (`invalid_client`).',
            code: 'invalid_grant',
            codes: { name: 'SignIn', values: ['invalid_grant', 'invalid_client'] },
            detail: 'Incorrect username or password',
          },
          403: mfaRequired,
          409: passkeysUnavailable,
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
      const tokens = await grant.handler(scope, { form: body, scope: requested, client, origin })
      return reply.send(toTokenResponse(tokens))
    },
  })
}

function mayUse({ grant_types: allowed }: { grant_types: string[] }, grantType: string) {
  return allowed.includes(grantType)
}

/** A request without client credentials comes from the first-party client, which gets no token of its own. */
function grantNotAllowed(client: Client) {
  return client.type === 'public'
    ? invalidClient({
        detail: 'The client credentials grant requires the client_id and client_secret of a registered client.',
      })
    : new ApiError('unauthorized_client')
}
