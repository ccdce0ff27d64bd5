import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { AccountName } from '../schemas/one-time-token.ts'
import { problems } from '../schemas/problem.ts'
import { RedirectTo } from '../schemas/redirect-to.ts'
import { emptyResponse } from '../schemas/response.ts'

const PasswordResetRequest = Type.Object(
  {
    username: AccountName('The username, or an e-mail address that is verified or the only name of an account.'),
    redirect_to: RedirectTo,
  },
  {
    $id: 'PasswordResetRequest',
    additionalProperties: false,
    description: 'Who has forgotten their password.',
    examples: [{ username: 'ada' }],
  },
)

export const requestPasswordReset: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/password-reset',
    schema: {
      operationId: 'requestPasswordReset',
      summary: 'Ask for a new password',
      description:
        'If there is such an account, it gets a mail with a link, good for half an hour, and a code, good ' +
        'for ten minutes. The answer is the same if there is none. By username the mail goes to the address ' +
        'of the account; by e-mail address, to the account that has it verified, or else to the oldest one ' +
        'that has no other name.',
      tags: ['Recovery'],
      security: [],
      body: PasswordResetRequest,
      response: { 202: emptyResponse('It is being seen to.'), ...problems([413, 415, 429]) },
    },
    handler: async (request, reply) => {
      const { username, redirect_to: redirectTo } = request.body
      await scope.accounts.passwordReset.request(username, scope.originOf(request), redirectTo)
      return reply.code(202).send()
    },
  })
}
