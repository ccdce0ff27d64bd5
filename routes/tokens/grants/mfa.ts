import { Type } from '@sinclair/typebox'
import { defineGrant } from './grant.ts'
import { otp } from './otp.ts'
import { rememberDevice } from './remember-device.ts'

/** Continues a sign-in whose password was correct, with a second factor. */
export const mfaGrant = defineGrant({
  grantType: 'urn:latchkey:grant-type:mfa',
  parameters: {
    mfa_token: Type.String({
      format: 'password',
      maxLength: 8192,
      description: 'With `urn:latchkey:grant-type:mfa`: the `mfa_token` of the response to the password.',
      examples: [''],
    }),
    otp,
    remember_device: rememberDevice,
  },
  handler: ({ accounts }, { parameters: { mfa_token: mfaToken, otp, remember_device: remember }, origin }) =>
    accounts.continueSignIn({ mfaToken, otp, rememberDevice: remember === 'true' }, origin),
})
