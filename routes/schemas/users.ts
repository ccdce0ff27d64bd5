import { type Static, Type } from '@sinclair/typebox'
import { type ManagedUser as Managed, toUserJson } from '../../src/users/index.ts'
import { AccountChange, User } from './account.ts'
import { Next } from './paging.ts'

const example = {
  ...User.examples[0],
  scopes: ['posts:write'],
  disabled: false,
  locked: false,
  sessions: 2,
  signed_in_at: '2026-11-25T18:12:00.000Z',
  updated_at: '2026-11-24T07:00:00.000Z',
}

export const ManagedUser = Type.Object(
  {
    ...User.properties,
    scopes: Type.Array(Type.String(), { description: 'What they may do beyond `account`.' }),
    disabled: Type.Boolean({ description: 'Whether they are kept out.' }),
    locked: Type.Boolean({
      description:
        'Whether so many wrong passwords came in a row that the right one no longer helps, but for those who are known, until a reset or an unlock.',
    }),
    sessions: Type.Integer({ description: 'How many devices are signed in.' }),
    signed_in_at: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      format: 'date-time',
      description: 'The last sign-in that is still known of.',
    }),
    updated_at: Type.String({ format: 'date-time', description: 'When the account was last changed.' }),
  },
  { $id: 'ManagedUser', description: 'A user as an administrator sees them.', examples: [example] },
)

export const ManagedUsers = Type.Object(
  {
    users: Type.Array(ManagedUser, { description: 'The newest first.' }),
    next: Next,
    total: Type.Integer({ description: 'How many match, on all pages.' }),
  },
  {
    $id: 'ManagedUsers',
    description: 'Some of the users.',
    examples: [{ users: [example], next: '1764063900000.019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a', total: 1742 }],
  },
)

export const UserChange = Type.Object(
  {
    name: AccountChange.properties.name,
    email: Type.Optional(
      Type.Unsafe<string | null>({
        type: ['string', 'null'],
        format: 'email',
        minLength: 1,
        maxLength: 254,
        description:
          'Another address, or null for none. It is unverified until its owner has opened the link that is mailed there; the former one is told.',
      }),
    ),
    scopes: Type.Optional(
      Type.Array(Type.String({ format: 'text', minLength: 1, maxLength: 128 }), {
        maxItems: 100,
        description:
          'All of them, but for `account`, which everybody has. Administration scopes are given and taken as far as one has them oneself; others are the operator’s own, and go into tokens.',
      }),
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

export function toWireUser(user: Managed): Static<typeof ManagedUser> {
  return toUserJson(user)
}
