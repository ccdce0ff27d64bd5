import { type Static, Type } from '@sinclair/typebox'
import type { IssuedTokens } from '../../src/tokens/index.ts'
import { grantParameters, grantTypes } from '../tokens/grants/index.ts'

const client = {
  client_id: Type.Optional(
    Type.String({
      format: 'text',
      maxLength: 256,
      description:
        'Left out, or `latchkey`, for apps of the operator; otherwise a registered client, here or in ' +
        'the Authorization header.',
      examples: [''],
    }),
  ),
  client_secret: Type.Optional(
    Type.String({ format: 'password', maxLength: 1024, description: 'Of a registered client.', examples: [''] }),
  ),
}

export const TokenRequest = Type.Object(
  {
    grant_type: Type.Optional(
      Type.Unsafe<string>({
        type: 'string',
        enum: grantTypes,
        description: 'May be left out for `password`.',
      }),
    ),
    ...grantParameters,
    scope: Type.Optional(
      Type.String({
        format: 'text',
        maxLength: 1024,
        description:
          'What is asked for, separated by spaces. Left out: everything but administration; at a ' +
          'refresh, what the session was granted.',
        examples: [''],
      }),
    ),
    ...client,
  },
  {
    $id: 'TokenRequest',
    description:
      'A sign-in (RFC 6749 4.3.2), a refresh (RFC 6749 6) or a client that wants a token for itself (RFC ' +
      '6749 4.4.2). Unknown members are ignored.',
    examples: [{ grant_type: 'password', username: 'ada', password: 'correct horse battery staple' }],
  },
)

export const TokenResponse = Type.Object(
  {
    access_token: Type.String({ description: 'A JWT (RFC 9068).' }),
    token_type: Type.Unsafe<'bearer'>({ type: 'string', enum: ['bearer'] }),
    expires_in: Type.Integer({ description: 'Seconds that the access token lives.' }),
    refresh_token: Type.Optional(
      Type.String({
        description: 'To be used once, for the next access token. Clients that act for themselves get none.',
      }),
    ),
    device_token: Type.Optional(
      Type.String({
        description:
          'At a sign-in: to be kept by the device, beyond sign-out, and shown at its next sign-in. It lets nobody in.',
      }),
    ),
    scope: Type.String({ description: 'What was granted, separated by spaces.' }),
  },
  {
    $id: 'TokenResponse',
    description: 'What was asked for is granted (RFC 6749 5.1).',
    examples: [
      {
        access_token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln',
        token_type: 'bearer',
        expires_in: 900,
        refresh_token: 'rt_AQGasMRbDnw6mlQ_bw0cKzoAAAAA',
        device_token: 'dt_AQGasMRbDnw6mlQ_bw0cKzoAAAAA',
        scope: 'account',
      },
    ],
  },
)

export function toTokenResponse({
  accessToken,
  expiresIn,
  refreshToken,
  deviceToken,
  scope,
}: IssuedTokens): Static<typeof TokenResponse> {
  return {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: expiresIn,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    ...(deviceToken === undefined ? {} : { device_token: deviceToken }),
    scope,
  }
}

const tokenOf = (description: string) => ({
  token: Type.String({ format: 'password', minLength: 1, maxLength: 8192, description }),
  token_type_hint: Type.Optional(
    Type.String({ format: 'text', maxLength: 256, description: 'Not needed, and not looked at.', examples: [''] }),
  ),
  ...client,
})

export const RevocationRequest = Type.Object(tokenOf('The refresh token or the access token.'), {
  $id: 'RevocationRequest',
  description: 'A sign-out (RFC 7009 2.1), with either token of the session. Unknown members are ignored.',
  examples: [{ token: 'rt_AQGasMRbDnw6mlQ_bw0cKzoAAAAA' }],
})

export const IntrospectionRequest = Type.Object(tokenOf('The access token.'), {
  $id: 'IntrospectionRequest',
  description: 'A question about an access token (RFC 7662 2.1). Unknown members are ignored.',
  examples: [{ token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln' }],
})

export const IntrospectionResponse = Type.Object(
  {
    active: Type.Boolean({ description: 'Whether it is good just now. Everything else is there only if it is.' }),
    scope: Type.Optional(
      Type.String({ description: 'What it may do, as far as its user or client still holds it; separated by spaces.' }),
    ),
    client_id: Type.Optional(Type.String({ description: 'Whom it was issued to.' })),
    username: Type.Optional(Type.String({ description: 'Not there for a client’s own token.' })),
    token_type: Type.Optional(Type.Unsafe<'bearer'>({ type: 'string', enum: ['bearer'] })),
    exp: Type.Optional(Type.Integer({ description: 'Seconds since the epoch.' })),
    iat: Type.Optional(Type.Integer({ description: 'Seconds since the epoch.' })),
    sub: Type.Optional(Type.String({ description: 'The user’s id, or the client’s.' })),
    aud: Type.Optional(Type.Array(Type.String())),
    iss: Type.Optional(Type.String()),
    jti: Type.Optional(Type.String({ description: 'The token’s own name.' })),
    sid: Type.Optional(Type.String({ description: 'The session’s. Not there for a client’s own token.' })),
  },
  {
    $id: 'IntrospectionResponse',
    description: 'What an access token is worth (RFC 7662 2.2).',
    examples: [
      {
        active: true,
        scope: 'account',
        client_id: 'latchkey',
        username: 'ada',
        token_type: 'bearer',
        exp: 1764064800,
        iat: 1764063900,
        sub: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a',
        aud: ['https://api.example.com/auth'],
        iss: 'https://api.example.com/auth',
        jti: '019ab0c4-5b10-7f5e-8a39-3b9d6cf4a3de',
        sid: '019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d',
      },
    ],
  },
)
