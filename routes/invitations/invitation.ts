import { Type } from '@sinclair/typebox'
import { NullableString } from '../schemas/nullable.ts'
import type { ErrorMeaning } from '../schemas/problem.ts'

export const invitationExample = {
  id: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a',
  email: 'grace@example.com',
  name: 'Grace Hopper',
  scopes: ['posts:write'],
  inviter_type: 'user',
  inviter_id: '019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d',
  created_at: '2026-11-23T09:30:00.000Z',
  expires_at: '2026-11-30T09:30:00.000Z',
}

export const Invitation = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    email: NullableString({ description: 'Where the link was mailed; null for that of the first administrator.' }),
    name: NullableString({ description: 'A display name.' }),
    scopes: Type.Array(Type.String(), { description: 'What the account is to have beyond `account`.' }),
    inviter_type: NullableString({
      description: 'Who invites: `user`, `client`, `command`, or `service` for the first administrator.',
    }),
    inviter_id: NullableString({ description: 'Which user or client that is.' }),
    created_at: Type.String({ format: 'date-time' }),
    expires_at: Type.String({ format: 'date-time', description: 'When the link ends.' }),
  },
  { $id: 'Invitation', description: 'An invitation that has not been accepted yet.', examples: [invitationExample] },
)

/** 403: the invitation has scopes that the caller lacks. */
export const beyondInvitation: ErrorMeaning = {
  code: 'insufficient_scope',
  description: 'The access token lacks a scope that is needed, here or by the invitation.',
  detail: 'The invitation has administration scopes that the access token lacks.',
}
