import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { correctCount, toUserJson } from '../../src/users/index.ts'
import { Cursor, defaultPageLimit, Next, PageLimit } from '../schemas/pagination.ts'
import { lacksRights } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { parseTimeFilter, TimeFilter } from '../schemas/time-filter.ts'
import { ManagedUser, managedUserExample } from './managed-user.ts'

const UserFilter = Type.Object(
  {
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description:
          'Part of the username, display name or e-mail address. Case is ignored. A text of one or two characters ' +
          'matches the beginning only.',
      }),
    ),
    disabled: Type.Optional(Type.Boolean({ description: 'Only disabled users (`true`) or enabled ones (`false`).' })),
    email_verified: Type.Optional(
      Type.Boolean({ description: 'Only users with (`true`) or without (`false`) a verified e-mail address.' }),
    ),
    scope: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'Only users with this scope.' })),
    locked: Type.Optional(
      Type.Boolean({ description: 'Only users who are (`true`) or are not (`false`) locked on new devices.' }),
    ),
    has_second_factor: Type.Optional(
      Type.Boolean({ description: 'Only users with (`true`) or without (`false`) a second factor.' }),
    ),
    created_since: TimeFilter('Only users created at or after this time.'),
    created_until: TimeFilter('Only users created before this time.'),
    signed_in_since: TimeFilter('Only users whose last sign-in was at or after this time.'),
    signed_in_until: TimeFilter('Only users whose last sign-in was before this time, or who have never signed in.'),
    limit: PageLimit,
    cursor: Cursor,
  },
  { additionalProperties: false },
)

const ManagedUsers = Type.Object(
  {
    users: Type.Array(ManagedUser, { description: 'The users, newest first.' }),
    next: Next,
    total: Type.Integer({ format: 'int64', description: 'The number of matching users on all pages.' }),
    total_is_estimate: Type.Boolean({
      description: 'Whether `total` is an estimate, because counting so many users would take too long.',
    }),
  },
  {
    $id: 'ManagedUsers',
    description: 'A page of users.',
    examples: [
      {
        users: [managedUserExample],
        next: '1764063900000.019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a',
        total: 1742,
        total_is_estimate: false,
      },
    ],
  },
)

export const listUsers: FastifyPluginAsyncTypebox = async (scope) => {
  scope.route({
    method: 'GET',
    url: '/users',
    schema: {
      operationId: 'listUsers',
      summary: 'List users',
      description:
        'Returns a page of users, newest first, that match all given filters. Users created after the first page was ' +
        'read do not appear on later pages. Among very many users, a page can contain fewer than `limit`, or none, ' +
        'before the last page.',
      tags: ['Administration'],
      querystring: UserFilter,
      response: { 200: jsonResponse(ManagedUsers, 'A page of users.'), ...problems([401], { 403: lacksRights }) },
    },
    handler: async ({ query }) => {
      const { limit = defaultPageLimit, cursor, search, disabled, scope: heldScope, locked } = query
      const filter = {
        search,
        disabled,
        emailVerified: query.email_verified,
        scope: heldScope,
        locked,
        hasSecondFactor: query.has_second_factor,
        createdSince: parseTimeFilter('created_since', query.created_since),
        createdUntil: parseTimeFilter('created_until', query.created_until),
        signedInSince: parseTimeFilter('signed_in_since', query.signed_in_since),
        signedInUntil: parseTimeFilter('signed_in_until', query.signed_in_until),
      }
      const matches = await scope.administration.users.match(filter)
      const { items, next } = await matches.page({ after: cursor, limit })
      const isWhole = cursor === undefined && next === null
      const { total, isEstimate } = correctCount(await matches.count(), items.length, isWhole)
      return { users: items.map(toUserJson), next, total, total_is_estimate: isEstimate }
    },
  })
}
