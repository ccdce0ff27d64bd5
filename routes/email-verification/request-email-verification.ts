import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { missingFields } from '../../src/errors/index.ts'
import { AccountName } from '../schemas/one-time-token.ts'
import { problems } from '../schemas/problem.ts'
import { RedirectTo } from '../schemas/redirect-to.ts'
import { emptyResponse } from '../schemas/response.ts'

const EmailVerificationRequest = Type.Object(
  {
    username: Type.Optional(
      AccountName(
        'The username, or the address that the account was registered with and has not verified. May be left ' +
          'out by who is signed in.',
      ),
    ),
    redirect_to: RedirectTo,
  },
  {
    $id: 'EmailVerificationRequest',
    additionalProperties: false,
    description: 'Whose e-mail address is to be verified.',
    examples: [{ username: 'ada' }],
  },
)

export const requestEmailVerification: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/email-verification',
    schema: {
      operationId: 'requestEmailVerification',
      summary: 'Ask for the verification mail again',
      description:
        'The first one is sent at registration, and when the address is changed. If there is something to be ' +
        'verified, its address gets a mail with a link, good for a day, and a code, good for ten minutes. ' +
        'The answer is the same if there is nothing.',
      tags: ['Recovery'],
      body: EmailVerificationRequest,
      response: { 202: emptyResponse('It is being seen to.'), ...problems([401, 403, 413, 415, 429]) },
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
