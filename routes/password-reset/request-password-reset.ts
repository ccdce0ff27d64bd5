import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { AccountName } from '../schemas/one-time-token.ts'
import { problems } from '../schemas/problem.ts'
import { RedirectTo } from '../schemas/redirect-to.ts'
import { emptyResponse } from '../schemas/response.ts'

const PasswordResetRequest = Type.Object(
  {
    username: AccountName(
      'The username, or the e-mail address if it is verified or the account has no username. If accounts share an ' +
        'address, the verified one is used, otherwise the oldest one without a username.',
    ),
    redirect_to: RedirectTo,
  },
  {
    $id: 'PasswordResetRequest',
    additionalProperties: false,
    description: 'The account with the password to reset.',
    examples: [{ username: 'ada' }],
  },
)

export const requestPasswordReset: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/password-reset',
    schema: {
      operationId: 'requestPasswordReset',
      summary: 'Request a password reset',
      description:
        'If the account exists and has an e-mail address, a link that is valid for 30 minutes and a code that is ' +
        'valid for ten minutes are sent there. The response is always the same.',
      tags: ['Recovery'],
      security: [],
      body: PasswordResetRequest,
      response: { 202: emptyResponse('The request was accepted.'), ...problems([413, 415, 429]) },
    },
    handler: async (request, reply) => {
      const { username, redirect_to: redirectTo } = request.body
      await scope.accounts.passwordReset.request(username, scope.originOf(request), redirectTo)
      return reply.code(202).send()
    },
  })
}
