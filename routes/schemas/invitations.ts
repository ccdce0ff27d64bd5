import { type Static, Type } from '@sinclair/typebox'
import { type Invitation as OpenInvitation, toInvitationJson } from '../../src/administration/index.ts'
import { NewPassword, NewUser } from './account.ts'
import { Next } from './paging.ts'

const Text = (description: string) => Type.Unsafe<string | null>({ type: ['string', 'null'], description })

const example = {
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
    email: Text('Where the link was mailed; null for that of the first administrator.'),
    name: Text('A display name.'),
    scopes: Type.Array(Type.String(), { description: 'What the account is to have beyond `account`.' }),
    inviter_type: Text('Who invites: `user`, `client`, `command`, or `service` for the first administrator.'),
    inviter_id: Text('Which user or client that is.'),
    created_at: Type.String({ format: 'date-time' }),
    expires_at: Type.String({ format: 'date-time', description: 'When the link ends.' }),
  },
  { $id: 'Invitation', description: 'An invitation that has not been accepted yet.', examples: [example] },
)

export const Invitations = Type.Object(
  {
    invitations: Type.Array(Invitation, { description: 'The newest first.' }),
    next: Next,
  },
  {
    $id: 'Invitations',
    description: 'Invitations that have not been accepted yet.',
    examples: [{ invitations: [example], next: null }],
  },
)

export const NewInvitation = Type.Object(
  {
    email: Type.String({
      format: 'email',
      minLength: 1,
      maxLength: 254,
      description: 'Where the link is mailed. It is verified when the invitation is accepted.',
    }),
    name: Type.Optional(
      Type.String({
        format: 'text',
        minLength: 1,
        maxLength: 128,
        description: 'A display name, which the invited may change.',
      }),
    ),
    scopes: Type.Optional(
      Type.Array(Type.String({ format: 'text', minLength: 1, maxLength: 128 }), {
        maxItems: 100,
        description:
          'What the account is to have. Administration scopes only as far as one has them oneself, and never `account`.',
      }),
    ),
  },
  {
    $id: 'NewInvitation',
    additionalProperties: false,
    description: 'Somebody who is to have an account.',
    examples: [{ email: 'grace@example.com', name: 'Grace Hopper', scopes: ['posts:write'] }],
  },
)

export const InvitationAcceptance = Type.Object(
  {
    token: Type.String({
      format: 'password',
      minLength: 1,
      maxLength: 256,
      description: 'What stands behind the `#` of the link.',
    }),
    username: NewUser.properties.username,
    password: NewPassword,
    name: NewUser.properties.name,
    email: Type.Optional(
      Type.String({
        format: 'email',
        minLength: 1,
        maxLength: 254,
        description: 'Where the link was not mailed, and only there. It is a claim until it is verified.',
      }),
    ),
  },
  {
    $id: 'InvitationAcceptance',
    additionalProperties: false,
    description: 'The account that somebody makes who has been invited.',
    examples: [{ token: 'inv_AZqwxFsOfDqaVD9vDRwrOg', username: 'grace', password: 'correct horse battery staple' }],
  },
)

export function toWireInvitation(invitation: OpenInvitation): Static<typeof Invitation> {
  return toInvitationJson(invitation)
}
