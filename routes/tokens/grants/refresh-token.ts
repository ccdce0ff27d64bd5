import { Type } from '@sinclair/typebox'
import { defineGrant } from './grant.ts'

/** Refreshes a session (RFC 6749 6). */
export const refreshTokenGrant = defineGrant({
  grantType: 'refresh_token',
  parameters: {
    refresh_token: Type.String({
      format: 'password',
      maxLength: 8192,
      description: 'With `refresh_token`: the last one of the session.',
      examples: [''],
    }),
  },
  handler: ({ tokens }, { parameters: { refresh_token: refreshToken }, scope, origin }) =>
    tokens.refresh(refreshToken, scope, origin),
})
