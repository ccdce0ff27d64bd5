import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { missingFields } from '../../src/errors/index.ts'
import { AccountName } from '../schemas/one-time-token.ts'
import { invalidOptionalToken } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { RedirectTo } from '../schemas/redirect-to.ts'
import { emptyResponse } from '../schemas/response.ts'

const EmailVerificationRequest = Type.Object(
  {
    username: Type.Optional(
      AccountName('The username, or the unverified e-mail address of the account. Not required with an access token.'),
    ),
    redirect_to: RedirectTo,
  },
  {
    $id: 'EmailVerificationRequest',
    additionalProperties: false,
    description: 'The account with the e-mail address to verify.',
    examples: [{ username: 'ada' }],
  },
)

export const requestEmailVerification: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/email-verification',
    schema: {
      operationId: 'requestEmailVerification',
      summary: 'Request another verification e-mail',
      description:
        'The first one is sent at registration and after a change of the e-mail address. If an address is waiting ' +
        'for verification, a link that is valid for a day and a code that is valid for ten minutes are sent there. ' +
        'The response is always the same.',
      tags: ['Recovery'],
      body: EmailVerificationRequest,
      response: {
        202: emptyResponse('The request was accepted.'),
        ...problems([403, 413, 415, 429], { 401: invalidOptionalToken }),
      },
    },
    handler: async (request, reply) => {
      const { username, redirect_to: redirectTo } = request.body
      const account = scope.authentication.findPrincipalOf(request)?.account
      const named =
        username === undefined ? account && { userId: account.id, username: account.username } : { name: username }
      if (named === undefined) throw missingFields({ username })
      await scope.accounts.emailVerification.request(named, scope.originOf(request), redirectTo)
      return reply.code(202).send()
    },
  })
}
