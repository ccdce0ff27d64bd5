import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toUserJson } from '../../src/users/index.ts'
import { lastAdministrator, problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { DisplayNameChange, EmailAddressChange, Scopes } from '../schemas/user-fields.ts'
import { ManagedUser } from './managed-user.ts'
import { beyondUser, noSuchUser, UserId, userIdOf } from './user-id.ts'

const UserChange = Type.Object(
  {
    name: DisplayNameChange,
    email: EmailAddressChange(
      'Another address, or null for none. It is unverified until its owner has opened the link that is ' +
        'mailed there; the former one is told.',
    ),
    scopes: Scopes(
      'All of them, but for `account`, which everybody has. Administration scopes are given and taken as ' +
        'far as one has them oneself; others are the operator’s own, and go into tokens.',
    ),
    disabled: Type.Optional(
      Type.Boolean({
        description: 'Whether they are kept out: their sessions end, and what was mailed to them is void.',
      }),
    ),
  },
  {
    $id: 'UserChange',
    additionalProperties: false,
    description: 'What to change; what is left out stays as it is.',
    examples: [{ scopes: ['posts:write'], disabled: false }],
  },
)

export const changeUser: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'PATCH',
    url: '/users/:id',
    schema: {
      operationId: 'changeUser',
      summary: 'Change a user',
      description:
        'Their name, their e-mail address, their scopes, and whether they are kept out. One may act on those ' +
        'only whose administration scopes one has oneself. What is changed holds on their very next request. ' +
        'The password is theirs: see `POST …/password-reset`.',
      tags: ['Administration'],
      params: UserId,
      body: UserChange,
      response: {
        200: jsonResponse(ManagedUser, 'The user as they are now.'),
        ...problems([401, 413, 415], {
          403: beyondUser,
          404: noSuchUser,
          409: {
            ...lastAdministrator,
            description:
              'Nobody else is enabled and holds `users:write` (`last_administrator`), or it is one’s own ' +
              'account, whose e-mail address takes the password (`own_account`).',
          },
        }),
      },
    },
    handler: async (request) => {
      const id = userIdOf(request)
      await scope.administration.changeUser(id, request.body, scope.callerOf(request))
      return toUserJson(await scope.administration.users.find(id))
    },
  })
}
