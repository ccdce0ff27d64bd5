import { Type } from '@sinclair/typebox'
import { NullableString } from './nullable.ts'
import { jsonResponse } from './response.ts'

export const User = Type.Object(
  {
    id: Type.String({ format: 'uuid', description: 'A permanent id, which is never reused.' }),
    username: Type.Optional(
      Type.String({ description: 'Absent for an account without a username, which `USERNAMES=optional` allows.' }),
    ),
    name: NullableString({ description: 'A display name.' }),
    email: NullableString(),
    email_verified: Type.Boolean({ description: 'Whether the user has proved ownership of `email`.' }),
    pending_email: NullableString({ description: 'A new e-mail address, which replaces `email` once it is verified.' }),
    scopes: Type.Array(Type.String(), { description: 'The scopes of the user, in addition to `account`.' }),
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
  ...jsonResponse(User, 'The account was created.'),
  headers: { Location: { type: 'string', description: 'The URL of the account. Sign in to read it.' } },
}
