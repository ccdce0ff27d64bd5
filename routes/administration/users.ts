import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { cursorOf } from '../../src/users/index.ts'
import { Cursor, defaultLimit, Limit, pageOf } from '../schemas/paging.ts'
import { lastAdministrator, problems } from '../schemas/problem.ts'
import { millisecondsOf, TimeFilter } from '../schemas/time.ts'
import { ManagedUser, ManagedUsers, toWireUser, UserChange } from '../schemas/users.ts'
import { beyondUser, noSuchUser, UserId } from './user-acts.ts'

const Filter = Type.Object(
  {
    search: Type.Optional(
      Type.String({
        format: 'text',
        minLength: 1,
        maxLength: 256,
        description: 'What stands somewhere in the username, the display name or the e-mail address, in whatever case.',
      }),
    ),
    disabled: Type.Optional(Type.Boolean({ description: 'Only those who are kept out, or who are not.' })),
    email_verified: Type.Optional(
      Type.Boolean({ description: 'Only those whose e-mail address is verified, or is not.' }),
    ),
    scope: Type.Optional(
      Type.String({ format: 'text', minLength: 1, maxLength: 128, description: 'Only those who hold this scope.' }),
    ),
    shut: Type.Optional(
      Type.Boolean({ description: 'Only those to whom the right password no longer helps, or to whom it does.' }),
    ),
    created_since: TimeFilter('Only those who came then or later.'),
    created_until: TimeFilter('Only those who came before.'),
    limit: Limit,
    cursor: Cursor,
  },
  { additionalProperties: false },
)

export const readUsers: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/users',
    schema: {
      operationId: 'listUsers',
      summary: 'The users',
      description:
        'Page by page, the newest first: who registers meanwhile is on none of the pages that follow. All filters have to hold.',
      tags: ['Administration'],
      querystring: Filter,
      response: {
        200: { description: 'Some of them.', content: { 'application/json': { schema: ManagedUsers } } },
        ...problems([400, 401, 403]),
      },
    },
    handler: async ({ query }) => {
      const {
        limit = defaultLimit,
        cursor: after,
        search,
        disabled,
        email_verified: emailVerified,
        scope: held,
        shut,
      } = query
      const createdSince = millisecondsOf('created_since', query.created_since)
      const createdUntil = millisecondsOf('created_until', query.created_until)
      const filter = { search, disabled, emailVerified, scope: held, shut, createdSince, createdUntil }
      const { items, next } = await pageOf(
        limit,
        (limit) => scope.administration.users.list(filter, { after, limit }),
        cursorOf,
      )
      return { users: items.map(toWireUser), next, total: await scope.administration.users.count(filter) }
    },
  })

  scope.route({
    method: 'GET',
    url: '/users/:id',
    schema: {
      operationId: 'getUser',
      summary: 'A user',
      description: 'All that is known about one, but for secrets.',
      tags: ['Administration'],
      params: UserId,
      response: {
        200: { description: 'The user.', content: { 'application/json': { schema: ManagedUser } } },
        ...problems([400, 401, 403, 404], { 404: noSuchUser }),
      },
    },
    handler: async (request) => toWireUser(await scope.administration.users.find(request.params.id.toLowerCase())),
  })
}

/** It answers with the user: whoever may change one and see none would see them here. */
export const changeUsers: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'PATCH',
    url: '/users/:id',
    schema: {
      operationId: 'changeUser',
      summary: 'Change a user',
      description:
        'Their name, their e-mail address, their scopes, and whether they are kept out. One may act on those only whose administration scopes one has oneself. What is changed holds on their very next request. The password is theirs: see `POST …/password-reset`.',
      tags: ['Administration'],
      params: UserId,
      body: UserChange,
      response: {
        200: { description: 'The user as they are now.', content: { 'application/json': { schema: ManagedUser } } },
        ...problems([400, 401, 403, 404, 409, 413, 415], {
          403: beyondUser,
          404: noSuchUser,
          409: {
            ...lastAdministrator,
            description:
              'Nobody else is enabled and holds `users:write` (`last_administrator`), or it is one’s own account, whose e-mail address takes the password (`own_account`).',
          },
        }),
      },
    },
    handler: async (request) => {
      const id = request.params.id.toLowerCase()
      await scope.administration.changeUser(id, request.body, scope.callerOf(request))
      return toWireUser(await scope.administration.users.find(id))
    },
  })
}
