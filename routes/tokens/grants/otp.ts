import { Otp } from '../../schemas/otp.ts'

/** A parameter that the grants for users share. */
export const otp = Otp({
  description:
    'A code from the user’s authenticator app, or a recovery code. With `password`, it is needed only if the account ' +
    'has a second factor.',
  examples: [''],
})
