import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { missingFields } from '../../src/errors/index.ts'
import { Nothing } from '../schemas/nothing.ts'
import { problems } from '../schemas/problem.ts'
import { EmailVerification, EmailVerificationRequest } from '../schemas/recovery.ts'

export const requestEmailVerification: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/email-verification',
    schema: {
      operationId: 'requestEmailVerification',
      summary: 'Ask for the verification mail again',
      description:
        'The first one is sent at registration, and when the address is changed. If there is something to be verified, its address gets a mail with a link, good for a day, and a code, good for ten minutes. The answer is the same if there is nothing.',
      tags: ['Recovery'],
      body: EmailVerificationRequest,
      response: { 202: Nothing('It is being seen to.'), ...problems([400, 401, 403, 413, 415, 429]) },
    },
    handler: async (request, reply) => {
      const name = request.body.username ?? scope.authentication.findPrincipalOf(request)?.account.username
      if (name === undefined) throw missingFields({ username: name })
      await scope.accounts.emailVerification.request(name, scope.originOf(request))
      return reply.code(202).send()
    },
  })
}

export const verifyEmail: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/email-verification/confirm',
    schema: {
      operationId: 'verifyEmail',
      summary: 'Verify one’s e-mail address',
      description:
        'With the token of the link or with the code; and either signed in, or with the password (and, with a code, the username). The page that the link opens does the same.',
      tags: ['Recovery'],
      body: EmailVerification,
      response: {
        204: Nothing('The address is verified.'),
        ...problems([400, 401, 403, 409, 413, 415, 429], {
          400: {
            description:
              'The request is not valid (`invalid_request`), the link or the code is not, or not any more (`invalid_code`), or the password is wrong (`wrong_password`).',
            code: 'invalid_code',
            detail: 'The link or the code is not valid, or not any more. Ask for a new mail.',
          },
          409: {
            description: 'Another account has the address.',
            code: 'email_taken',
            detail: 'Another account has this e-mail address already.',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.accounts.emailVerification.confirm(
        request.body,
        scope.authentication.findPrincipalOf(request)?.account,
        scope.originOf(request),
      )
      return reply.code(204).send()
    },
  })
}
