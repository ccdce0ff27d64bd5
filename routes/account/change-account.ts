import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { demandRecentSecondFactor } from '../../src/authorization/index.ts'
import { toAccountJson } from '../../src/users/index.ts'
import { noRecentSecondFactor, wrongPassword } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { RedirectTo } from '../schemas/redirect-to.ts'
import { jsonResponse } from '../schemas/response.ts'
import { CurrentPassword, DisplayNameChange, EmailAddressChange } from '../schemas/user-fields.ts'
import { User } from '../schemas/user.ts'

const AccountChange = Type.Object(
  {
    name: DisplayNameChange,
    email: EmailAddressChange(
      'A new e-mail address; null removes it. A verified address stays in use until the new one is verified.',
    ),
    current_password: Type.Optional(CurrentPassword({ description: 'Required to change `email`.' })),
    redirect_to: RedirectTo,
  },
  {
    $id: 'AccountChange',
    additionalProperties: false,
    description: 'The fields to change. Omitted fields stay unchanged.',
    examples: [{ name: 'Ada King' }],
  },
)

export const changeAccount: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'PATCH',
    url: '/users/me',
    schema: {
      operationId: 'changeAccount',
      summary: 'Change your name or e-mail address',
      description:
        'A change of the e-mail address requires your current password and sends a verification e-mail to the new ' +
        'address. A verified address is notified and stays in use until you have verified the new one, which is ' +
        '`pending_email` until then.',
      tags: ['Account'],
      body: AccountChange,
      response: {
        200: jsonResponse(User, 'The changed account.'),
        ...problems([403, 413, 415, 429], { 400: wrongPassword, 401: noRecentSecondFactor }),
      },
    },
    handler: async (request) => {
      const principal = scope.authentication.principalOf(request)
      // A name is no credential.
      if (request.body.email !== undefined) demandRecentSecondFactor(principal, scope.config.now())
      return toAccountJson(await scope.accounts.changeAccount(principal, request.body, scope.originOf(request)))
    },
  })
}
