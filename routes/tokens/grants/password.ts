import { Type } from '@sinclair/typebox'
import { defineGrant } from './grant.ts'

/** Resource owner password credentials (RFC 6749 4.3), for the operator's own apps. */
export const passwordGrant = defineGrant({
  grantType: 'password',
  parameters: {
    username: Type.String({
      format: 'text',
      maxLength: 1024,
      description: 'Or an e-mail address that is verified.',
      examples: ['ada'],
    }),
    password: Type.String({ format: 'password', maxLength: 1024, examples: ['correct horse battery staple'] }),
    device_token: Type.Optional(
      Type.String({
        format: 'password',
        maxLength: 1024,
        description:
          'With `password`: what a former sign-in on the same device was given. Wrong passwords that ' +
          'others try do not hold up a device that is known.',
        examples: [''],
      }),
    ),
  },
  handler: ({ accounts }, { parameters: { username, password, device_token: deviceToken }, scope, origin }) =>
    accounts.signIn({ username, password, deviceToken }, scope, origin),
})
