import { Type, type Static } from '@sinclair/typebox'
import type { Account } from '../../src/tokens/principal.ts'

export const User = Type.Object({
  id: Type.String({ format: 'uuid', description: 'Never given to anybody else.' }),
  username: Type.String(),
  name: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'A display name.' }),
  email: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  email_verified: Type.Boolean({ description: 'Whether the e-mail address is known to be theirs.' }),
  created_at: Type.String({ format: 'date-time' }),
}, {
  $id: 'User',
  description: 'A user.',
  examples: [{
    id: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a',
    username: 'ada',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    email_verified: false,
    created_at: '2026-11-23T09:30:00.000Z',
  }],
})

export const NewUser = Type.Object({
  username: Type.String({ format: 'text', minLength: 1, maxLength: 256, description: '1 to 64 letters, digits, `. _ - +` and single spaces inside, in any script. Case and width make no difference.' }),
  password: Type.String({ format: 'password', minLength: 1, maxLength: 1024, description: 'At least 8 characters (or what the operator has set), at most 256, of any kind. Refused are the ones that many people use, and what is little more than a name: one’s own, one’s address or that of the service.' }),
  email: Type.Optional(Type.String({ format: 'email', minLength: 1, maxLength: 254 })),
  name: Type.Optional(Type.String({ format: 'text', minLength: 1, maxLength: 128, description: 'A display name.' })),
}, {
  $id: 'NewUser',
  additionalProperties: false,
  description: 'Somebody who registers.',
  examples: [{ username: 'ada', password: 'correct horse battery staple', email: 'ada@example.com', name: 'Ada Lovelace' }],
})

export function toWire (account: Account): Static<typeof User> {
  const { id, username, name, email, email_verified } = account
  return { id, username, name, email, email_verified, created_at: new Date(account.created_at).toISOString() }
}
