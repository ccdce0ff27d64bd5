import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toAccountJson } from '../../src/users/index.ts'
import { problems, wrongPassword } from '../schemas/problem.ts'
import { RedirectTo } from '../schemas/redirect-to.ts'
import { jsonResponse } from '../schemas/response.ts'
import { CurrentPassword, DisplayNameChange, EmailAddressChange } from '../schemas/user-fields.ts'
import { User } from '../schemas/user.ts'

const AccountChange = Type.Object(
  {
    name: DisplayNameChange,
    email: EmailAddressChange(
      'Another address; null for none. One that is verified stays in use until the new one is verified, too.',
    ),
    current_password: Type.Optional(CurrentPassword({ description: 'Needed for another e-mail address.' })),
    redirect_to: RedirectTo,
  },
  {
    $id: 'AccountChange',
    additionalProperties: false,
    description: 'What to change; what is left out stays as it is.',
    examples: [{ name: 'Ada King' }],
  },
)

export const changeAccount: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'PATCH',
    url: '/users/me',
    schema: {
      operationId: 'changeAccount',
      summary: 'Change one’s name or e-mail address',
      description:
        'Another e-mail address needs the password. It gets a mail with a link and a code; a former address ' +
        'that was verified stays in use until the new one is, and is told. `pending_email` is what waits.',
      tags: ['Account'],
      body: AccountChange,
      response: {
        200: jsonResponse(User, 'The account as it is now.'),
        ...problems([401, 403, 413, 415, 429], { 400: wrongPassword }),
      },
    },
    handler: async (request) => {
      const { account } = scope.authentication.principalOf(request)
      return toAccountJson(await scope.accounts.changeAccount(account, request.body, scope.originOf(request)))
    },
  })
}
