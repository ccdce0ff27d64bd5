import { Type } from '@sinclair/typebox'
import { NullableString } from '../schemas/nullable.ts'
import { User } from '../schemas/user.ts'

export const managedUserExample = {
  ...User.examples[0],
  disabled: false,
  locked: false,
  second_factors: 1,
  sessions: 2,
  signed_in_at: '2026-11-25T18:12:00.000Z',
  updated_at: '2026-11-24T07:00:00.000Z',
}

export const ManagedUser = Type.Object(
  {
    ...User.properties,
    disabled: Type.Boolean({ description: 'Whether the user is disabled and cannot sign in.' }),
    locked: Type.Boolean({
      description:
        'Whether the account is locked on new devices and networks after too many wrong passwords. A password reset ' +
        'or an administrator unlocks it.',
    }),
    second_factors: Type.Integer({
      format: 'int32',
      description: 'The number of second factors. If there is none, the password alone signs the user in.',
    }),
    sessions: Type.Integer({ format: 'int32', description: 'The number of active sessions.' }),
    signed_in_at: NullableString({ format: 'date-time', description: 'The last sign-in; null if there was none.' }),
    updated_at: Type.String({ format: 'date-time', description: 'When the account was last changed.' }),
  },
  { $id: 'ManagedUser', description: 'A user, with details for administrators.', examples: [managedUserExample] },
)
