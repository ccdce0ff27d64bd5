import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toUserJson } from '../../src/users/index.ts'
import { administratorNotRecent, protectedUser } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { DisplayNameChange, EmailAddressChange, Scopes } from '../schemas/user-fields.ts'
import { ManagedUser } from './managed-user.ts'
import { beyondUser, noSuchUser, UserId, userIdOf } from './user-id.ts'

const UserChange = Type.Object(
  {
    name: DisplayNameChange,
    email: EmailAddressChange(
      'A new e-mail address; null removes it. It is unverified until its owner opens the link in the verification ' +
        'e-mail. The previous address is notified.',
    ),
    scopes: Scopes(
      'All scopes of the user except `account`, which every user has. You can grant and remove only administration ' +
        'scopes that you have yourself, and all scopes that the operator defines.',
    ),
    disabled: Type.Optional(
      Type.Boolean({
        description: 'Disables the user: all sessions end, and links and codes that were sent become invalid.',
      }),
    ),
  },
  {
    $id: 'UserChange',
    additionalProperties: false,
    description: 'The fields to change. Omitted fields stay unchanged.',
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
        'Changes take effect from the user’s next request on. You must have all administration scopes of the user. ' +
        'Only users themselves can set a password: see `POST …/users/{id}/password-reset`.',
      tags: ['Administration'],
      params: UserId,
      body: UserChange,
      response: {
        200: jsonResponse(ManagedUser, 'The changed user.'),
        ...problems([413, 415], {
          401: administratorNotRecent,
          403: beyondUser,
          404: noSuchUser,
          409: protectedUser('you tried to change your own e-mail address here'),
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
