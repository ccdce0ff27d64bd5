import { Type } from '@sinclair/typebox'
import { credential, parseCredential } from './credential.ts'
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
    otp: Type.Optional(otp),
    credential: Type.Optional(credential),
    remember_device: rememberDevice,
  },
  handler: ({ accounts }, { parameters, origin }) => {
    const { mfa_token: mfaToken, otp, credential: text, remember_device: remember } = parameters
    const credential = text === undefined ? undefined : parseCredential(text)
    return accounts.continueSignIn({ mfaToken, otp, credential, rememberDevice: remember === 'true' }, origin)
  },
})
