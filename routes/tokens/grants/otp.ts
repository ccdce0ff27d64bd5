import { Type } from '@sinclair/typebox'

/** A parameter that the grants for users share. Spaces and hyphens in it are ignored. */
export const otp = Type.String({
  format: 'password',
  maxLength: 64,
  description:
    'A code from the user’s authenticator app, or a recovery code. With `password`, it is needed only if the account ' +
    'has a second factor.',
  examples: [''],
})
