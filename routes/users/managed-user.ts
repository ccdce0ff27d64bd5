import { Type } from '@sinclair/typebox'
import { NullableString } from '../schemas/nullable.ts'
import { User } from '../schemas/user.ts'

export const managedUserExample = {
  ...User.examples[0],
  disabled: false,
  locked: false,
  sessions: 2,
  signed_in_at: '2026-11-25T18:12:00.000Z',
  updated_at: '2026-11-24T07:00:00.000Z',
}

export const ManagedUser = Type.Object(
  {
    ...User.properties,
    disabled: Type.Boolean({ description: 'Whether they are kept out.' }),
    locked: Type.Boolean({
      description:
        'Whether so many wrong passwords came in a row that the right one no longer helps, but for those who ' +
        'are known, until a reset or an unlock.',
    }),
    sessions: Type.Integer({ description: 'How many devices are signed in.' }),
    signed_in_at: NullableString({ format: 'date-time', description: 'The last sign-in; null for never.' }),
    updated_at: Type.String({ format: 'date-time', description: 'When the account was last changed.' }),
  },
  { $id: 'ManagedUser', description: 'A user as an administrator sees them.', examples: [managedUserExample] },
)
