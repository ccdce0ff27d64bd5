import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Nothing } from '../schemas/nothing.ts'
import { problems } from '../schemas/problem.ts'
import { PasswordReset, PasswordResetRequest } from '../schemas/recovery.ts'

export const requestPasswordReset: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/password-reset',
    schema: {
      operationId: 'requestPasswordReset',
      summary: 'Ask for a new password',
      description:
        'If there is such an account, it gets a mail with a link, good for half an hour, and a code, good for ten minutes. The answer is the same if there is none. By username the mail goes to the address of the account; by e-mail address, to the account that has it verified.',
      tags: ['Recovery'],
      security: [],
      body: PasswordResetRequest,
      response: { 202: Nothing('It is being seen to.'), ...problems([400, 413, 415, 429]) },
    },
    handler: async (request, reply) => {
      await scope.accounts.passwordReset.request(request.body.username, scope.originOf(request))
      return reply.code(202).send()
    },
  })
}

export const resetPassword: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'POST',
    url: '/password-reset/confirm',
    schema: {
      operationId: 'resetPassword',
      summary: 'Set a new password',
      description:
        'With the token of the link, or with the username and the code. It works once, ends every session and tells the owner by mail. The page that the link opens does the same.',
      tags: ['Recovery'],
      security: [],
      body: PasswordReset,
      response: {
        204: Nothing('The password is set. Sign in with it.'),
        ...problems([400, 413, 415, 429], {
          400: {
            description:
              'The request is not valid (`invalid_request`), the link or the code is not, or not any more (`invalid_code`), or the password is not good enough (`password_too_short`, `password_too_long`, `password_too_common`, `password_too_personal`).',
            code: 'invalid_code',
            detail: 'The link or the code is not valid, or not any more. Ask for a new mail.',
          },
        }),
      },
    },
    handler: async (request, reply) => {
      await scope.accounts.passwordReset.confirm(request.body, scope.originOf(request))
      return reply.code(204).send()
    },
  })
}
