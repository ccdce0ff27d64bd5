import { Type } from '@sinclair/typebox'

export const TokenRequest = Type.Object({
  grant_type: Type.Optional(Type.Unsafe<'password'>({ type: 'string', enum: ['password'], description: 'May be left out.' })),
  username: Type.Optional(Type.String({ format: 'text', maxLength: 1024, examples: ['ada'] })),
  password: Type.Optional(Type.String({ format: 'password', maxLength: 1024, examples: ['correct horse battery staple'] })),
  scope: Type.Optional(Type.String({ format: 'text', maxLength: 1024, description: 'What is asked for, separated by spaces. Left out: everything but administration.', examples: ['account'] })),
  client_id: Type.Optional(Type.String({ format: 'text', maxLength: 256, description: 'Left out, or `latchkey`, for apps of the operator.', examples: ['latchkey'] })),
  client_secret: Type.Optional(Type.String({ format: 'password', maxLength: 1024, examples: [''] })),
}, {
  $id: 'TokenRequest',
  description: 'A sign-in (RFC 6749 4.3.2). Unknown members are ignored.',
  examples: [{ grant_type: 'password', username: 'ada', password: 'correct horse battery staple' }],
})

export const TokenResponse = Type.Object({
  access_token: Type.String({ description: 'A JWT (RFC 9068).' }),
  token_type: Type.Unsafe<'bearer'>({ type: 'string', enum: ['bearer'] }),
  expires_in: Type.Integer({ description: 'Seconds that the access token lives.' }),
  scope: Type.String({ description: 'What was granted, separated by spaces.' }),
}, {
  $id: 'TokenResponse',
  description: 'A successful sign-in (RFC 6749 5.1).',
  examples: [{ access_token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln', token_type: 'bearer', expires_in: 900, scope: 'account' }],
})
