import { Type } from '@sinclair/typebox'
import { assuranceLevels } from '../../src/authorization/index.ts'

const Level = Type.Unsafe<string>({
  type: 'string',
  enum: [...assuranceLevels],
  description: 'The level of assurance: `aal1` with one factor, `aal2` with several factors.',
})

const Methods = Type.Array(Type.String(), {
  description:
    'How the user authenticated (RFC 8176): `pwd`, `otp`, with a passkey `hwk` or (if it can be synchronized) `swk` ' +
    'and `user` (if it verified the user), and `mfa` with several factors.',
})

/** How the user of a session authenticated, in responses about sessions. */
export const authenticationFields = {
  authenticated_at: Type.String({
    format: 'date-time',
    description: 'When the user last authenticated, which a refresh is not.',
  }),
  amr: Methods,
  acr: Level,
}

/** Claims about the authentication, which a client’s own token lacks. */
export const authenticationClaims = {
  auth_time: Type.Optional(
    Type.Integer({
      format: 'int64',
      description: 'When the user last authenticated, in seconds since the epoch. Absent for a client’s own token.',
    }),
  ),
  amr: Type.Optional(Methods),
  acr: Type.Optional(Level),
}
