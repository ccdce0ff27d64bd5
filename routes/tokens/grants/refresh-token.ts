import { Type } from '@sinclair/typebox'
import { deviceToken } from './device-token.ts'
import { defineGrant } from './grant.ts'

/** Refreshes a session (RFC 6749 6). */
export const refreshTokenGrant = defineGrant({
  grantType: 'refresh_token',
  parameters: {
    refresh_token: Type.String({
      format: 'password',
      maxLength: 8192,
      description: 'With `refresh_token`: the latest refresh token of the session.',
      examples: [''],
    }),
    device_token: deviceToken,
  },
  handler: ({ tokens }, { parameters: { refresh_token: refreshToken, device_token: deviceToken }, scope, origin }) =>
    tokens.refresh({ refreshToken, deviceToken, scope }, origin),
})
