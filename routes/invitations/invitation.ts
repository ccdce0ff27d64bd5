import { Type } from '@sinclair/typebox'
import { NullableString } from '../schemas/nullable.ts'
import { beyondReach } from '../schemas/error-meanings.ts'

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
    email: NullableString({ description: 'The recipient of the link; null for the link of the first administrator.' }),
    name: NullableString({ description: 'A display name.' }),
    scopes: Type.Array(Type.String(), { description: 'The scopes of the new account, in addition to `account`.' }),
    inviter_type: NullableString({
      description: 'The kind of inviter: `user`, `client`, `command`, or `service` for the first administrator.',
    }),
    inviter_id: NullableString({ description: 'The id of the user or client that sent the invitation.' }),
    created_at: Type.String({ format: 'date-time' }),
    expires_at: Type.String({ format: 'date-time', description: 'When the link expires.' }),
  },
  { $id: 'Invitation', description: 'A pending invitation.', examples: [invitationExample] },
)

/** 403: the invitation has scopes that the caller lacks. */
export const beyondInvitation = beyondReach('invitation')
