import { Type } from '@sinclair/typebox'
import { ApiError } from '../../../src/errors/index.ts'
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
    const { mfa_token: mfaToken, otp, credential, remember_device: remember } = parameters
    if ((otp === undefined) === (credential === undefined)) throw notOneFactor()
    const factor = credential === undefined ? { otp: otp ?? '' } : { credential: parseCredential(credential) }
    return accounts.continueSignIn({ mfaToken, ...factor, rememberDevice: remember === 'true' }, origin)
  },
})

function notOneFactor() {
  const message = 'is required, unless credential is given'
  return new ApiError('invalid_request', {
    detail: 'Send either otp or credential.',
    errors: [{ path: '/otp', message }],
  })
}
