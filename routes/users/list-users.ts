import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { paginate } from '../../src/lib/paginate.ts'
import { timeCursorOf } from '../../src/lib/time-cursor.ts'
import { toUserJson } from '../../src/users/index.ts'
import { Cursor, defaultPageLimit, Next, PageLimit } from '../schemas/pagination.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { parseTimeFilter, TimeFilter } from '../schemas/time-filter.ts'
import { ManagedUser, managedUserExample } from './managed-user.ts'

const UserFilter = Type.Object(
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
    locked: Type.Optional(
      Type.Boolean({ description: 'Only those to whom the right password no longer helps, or to whom it does.' }),
    ),
    created_since: TimeFilter('Only those who came then or later.'),
    created_until: TimeFilter('Only those who came before.'),
    signed_in_since: TimeFilter('Only users whose last sign-in was then or later.'),
    signed_in_until: TimeFilter('Only users whose last sign-in was before, or who have never signed in.'),
    limit: PageLimit,
    cursor: Cursor,
  },
  { additionalProperties: false },
)

const ManagedUsers = Type.Object(
  {
    users: Type.Array(ManagedUser, { description: 'The newest first.' }),
    next: Next,
    total: Type.Integer({ description: 'How many match, on all pages.' }),
  },
  {
    $id: 'ManagedUsers',
    description: 'Some of the users.',
    examples: [
      { users: [managedUserExample], next: '1764063900000.019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a', total: 1742 },
    ],
  },
)

export const listUsers: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/users',
    schema: {
      operationId: 'listUsers',
      summary: 'The users',
      description:
        'Page by page, the newest first: who registers meanwhile is on none of the pages that follow. All ' +
        'filters have to hold.',
      tags: ['Administration'],
      querystring: UserFilter,
      response: { 200: jsonResponse(ManagedUsers, 'Some of them.'), ...problems([401, 403]) },
    },
    handler: async ({ query }) => {
      const { limit = defaultPageLimit, cursor, search, disabled, scope: heldScope, locked } = query
      const filter = {
        search,
        disabled,
        emailVerified: query.email_verified,
        scope: heldScope,
        locked,
        createdSince: parseTimeFilter('created_since', query.created_since),
        createdUntil: parseTimeFilter('created_until', query.created_until),
        signedInSince: parseTimeFilter('signed_in_since', query.signed_in_since),
        signedInUntil: parseTimeFilter('signed_in_until', query.signed_in_until),
      }
      const { users } = scope.administration
      const { items, next } = await paginate(
        limit,
        (limit) => users.list(filter, { after: cursor, limit }),
        timeCursorOf,
      )
      return { users: items.map(toUserJson), next, total: await users.count(filter) }
    },
  })
}
