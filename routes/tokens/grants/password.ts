import { Type } from '@sinclair/typebox'
import { deviceToken } from './device-token.ts'
import { defineGrant } from './grant.ts'
import { otp } from './otp.ts'
import { rememberDevice } from './remember-device.ts'

/** Resource owner password credentials (RFC 6749 4.3), for the operator's own apps. */
export const passwordGrant = defineGrant({
  grantType: 'password',
  parameters: {
    username: Type.String({
      maxLength: 1024,
      description: 'With `password`: the username, or a verified e-mail address.',
      examples: ['ada'],
    }),
    password: Type.String({ format: 'password', maxLength: 1024, examples: ['correct horse battery staple'] }),
    otp: Type.Optional(otp),
    device_token: deviceToken,
    remember_device: rememberDevice,
  },
  handler: ({ accounts }, { parameters, scope, origin }) => {
    const { username, password, otp, device_token: deviceToken, remember_device: remember } = parameters
    return accounts.signIn({ username, password, otp, deviceToken, rememberDevice: remember === 'true' }, scope, origin)
  },
})
