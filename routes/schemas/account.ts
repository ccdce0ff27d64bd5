import { type Static, Type } from '@sinclair/typebox'
import type { Account } from '../../src/authorization/index.ts'
import { toAccountJson } from '../../src/users/index.ts'

export const User = Type.Object(
  {
    id: Type.String({ format: 'uuid', description: 'Never given to anybody else.' }),
    username: Type.String(),
    name: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'A display name.' }),
    email: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
    email_verified: Type.Boolean({ description: 'Whether the e-mail address is known to be theirs.' }),
    pending_email: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'The address that takes its place once it is verified.',
    }),
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
        created_at: '2026-11-23T09:30:00.000Z',
      },
    ],
  },
)

/** Shared by all who choose one. */
export const NewPassword = Type.String({
  format: 'password',
  minLength: 1,
  maxLength: 1024,
  description:
    'At least 8 characters (or what the operator has set), at most 256, of any kind. Refused are the ones that many people use, and what is little more than a name: one’s own, one’s address or that of the service.',
})

export const NewUser = Type.Object(
  {
    username: Type.String({
      format: 'text',
      minLength: 1,
      maxLength: 256,
      description:
        '1 to 64 letters, digits, `. _ - +` and single spaces inside, in any script. Case and width make no difference.',
    }),
    password: NewPassword,
    email: Type.Optional(Type.String({ format: 'email', minLength: 1, maxLength: 254 })),
    name: Type.Optional(Type.String({ format: 'text', minLength: 1, maxLength: 128, description: 'A display name.' })),
  },
  {
    $id: 'NewUser',
    additionalProperties: false,
    description: 'Somebody who registers.',
    examples: [
      { username: 'ada', password: 'correct horse battery staple', email: 'ada@example.com', name: 'Ada Lovelace' },
    ],
  },
)

export const AccountChange = Type.Object(
  {
    name: Type.Optional(
      Type.Unsafe<string | null>({
        type: ['string', 'null'],
        format: 'text',
        minLength: 1,
        maxLength: 128,
        description: 'A display name; null for none.',
      }),
    ),
    email: Type.Optional(
      Type.Unsafe<string | null>({
        type: ['string', 'null'],
        format: 'email',
        minLength: 1,
        maxLength: 254,
        description:
          'Another address; null for none. One that is verified stays in use until the new one is verified, too.',
      }),
    ),
    current_password: Type.Optional(
      Type.String({
        format: 'password',
        minLength: 1,
        maxLength: 1024,
        description: 'Needed for another e-mail address.',
      }),
    ),
  },
  {
    $id: 'AccountChange',
    additionalProperties: false,
    description: 'What to change; what is left out stays as it is.',
    examples: [{ name: 'Ada King' }],
  },
)

export const PasswordChange = Type.Object(
  {
    current_password: Type.String({ format: 'password', minLength: 1, maxLength: 1024 }),
    new_password: NewPassword,
  },
  {
    $id: 'PasswordChange',
    additionalProperties: false,
    description: 'Another password for oneself.',
    examples: [{ current_password: 'correct horse battery staple', new_password: 'seven green bottles on a wall' }],
  },
)

export const AccountDeletion = Type.Object(
  {
    password: Type.String({ format: 'password', minLength: 1, maxLength: 1024 }),
  },
  {
    $id: 'AccountDeletion',
    additionalProperties: false,
    description: 'The password of the account that is to be deleted.',
    examples: [{ password: 'correct horse battery staple' }],
  },
)

export function toWire(account: Account): Static<typeof User> {
  return toAccountJson(account)
}
