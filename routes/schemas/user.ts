import { Type } from '@sinclair/typebox'
import { NullableString } from './nullable.ts'
import { jsonResponse } from './response.ts'

export const User = Type.Object(
  {
    id: Type.String({ format: 'uuid', description: 'Never given to anybody else.' }),
    username: Type.Optional(
      Type.String({ description: 'Left out for an account without one, which `USERNAMES=optional` allows.' }),
    ),
    name: NullableString({ description: 'A display name.' }),
    email: NullableString(),
    email_verified: Type.Boolean({ description: 'Whether the e-mail address is known to be theirs.' }),
    pending_email: NullableString({ description: 'The address that takes its place once it is verified.' }),
    scopes: Type.Array(Type.String(), { description: 'The scopes that were granted to the user, besides `account`.' }),
    created_at: Type.String({ format: 'date-time' }),
  },
  {
    $id: 'User',
    description: 'A user.',
    examples: [
      {
        id: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a',
        username: 'ada',
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        email_verified: true,
        pending_email: null,
        scopes: ['posts:write'],
        created_at: '2026-11-23T09:30:00.000Z',
      },
    ],
  },
)

/** The response with a new account and, in `Location`, its URL. */
export const accountCreated = {
  ...jsonResponse(User, 'The account was made.'),
  headers: { Location: { type: 'string', description: 'Where it is, once signed in.' } },
}
