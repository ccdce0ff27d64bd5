import { type Static, Type } from '@sinclair/typebox'
import type { IssuedTokens } from '../../src/tokens/index.ts'
import { authenticationClaims } from './authentication.ts'
import { grantParameters, grantTypes } from '../tokens/grants/index.ts'

const clientCredentials = (remark: string) => ({
  client_id: Type.Optional(
    Type.String({
      maxLength: 256,
      description: `The id of a registered client, here or in the Authorization header.${remark}`,
      examples: [''],
    }),
  ),
  client_secret: Type.Optional(
    Type.String({
      format: 'password',
      maxLength: 1024,
      description: 'The secret of a registered client.',
      examples: [''],
    }),
  ),
})

const client = clientCredentials(' First-party apps omit it or send `latchkey`.')

/** With several documented types, generated clients encode the fields as one and send them as another. */
const alsoAccepted =
  'Unknown fields are ignored. The same fields are accepted as `application/json` and `multipart/form-data`.'

export const TokenRequest = Type.Object(
  {
    grant_type: Type.Optional(
      Type.Unsafe<string>({
        type: 'string',
        enum: grantTypes,
        description: 'The kind of request. Default: `password`.',
      }),
    ),
    ...grantParameters,
    scope: Type.Optional(
      Type.String({
        maxLength: 1024,
        description:
          'The requested scopes, separated by spaces. Default: at a sign-in, all of the user’s scopes except ' +
          'administration scopes; at a refresh, the scopes of the session.',
        examples: [''],
      }),
    ),
    ...client,
  },
  {
    $id: 'TokenRequest',
    description:
      'A sign-in (RFC 6749 4.3.2), a refresh (RFC 6749 6), or a client’s request for a token of its own (RFC 6749 ' +
      '4.4.2). ' +
      alsoAccepted,
    examples: [{ grant_type: 'password', username: 'ada', password: 'correct horse battery staple' }],
  },
)

export const TokenResponse = Type.Object(
  {
    access_token: Type.String({ description: 'A JWT (RFC 9068).' }),
    token_type: Type.Unsafe<'bearer'>({ type: 'string', enum: ['bearer'] }),
    expires_in: Type.Integer({ format: 'int64', description: 'The lifetime of the access token in seconds.' }),
    refresh_token: Type.Optional(
      Type.String({
        description: 'Exchange it once for the next tokens. Absent in the response to `client_credentials`.',
      }),
    ),
    device_token: Type.Optional(
      Type.String({
        description:
          'Only at a sign-in. Keep it on the device, even after sign-out, and send it with the next sign-in. It ' +
          'grants no access.',
      }),
    ),
    scope: Type.String({ description: 'The granted scopes, separated by spaces.' }),
  },
  {
    $id: 'TokenResponse',
    description: 'The issued tokens (RFC 6749 5.1).',
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

const tokenOf = (description: string, credentials = client) => ({
  token: Type.String({ format: 'password', minLength: 1, maxLength: 8192, description }),
  token_type_hint: Type.Optional(Type.String({ maxLength: 256, description: 'Ignored.', examples: [''] })),
  ...credentials,
})

export const Revocation = Type.Object({}, { $id: 'Revocation', description: 'An empty object.', examples: [{}] })

export const RevocationRequest = Type.Object(tokenOf('The refresh token or an access token of the session.'), {
  $id: 'RevocationRequest',
  description: `A sign-out (RFC 7009 2.1). ${alsoAccepted}`,
  examples: [{ token: 'rt_AQGasMRbDnw6mlQ_bw0cKzoAAAAA' }],
})

export const IntrospectionRequest = Type.Object(tokenOf('The access token.', clientCredentials('')), {
  $id: 'IntrospectionRequest',
  description: `The access token to introspect (RFC 7662 2.1). ${alsoAccepted}`,
  examples: [{ token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln' }],
})

export const IntrospectionResponse = Type.Object(
  {
    active: Type.Boolean({ description: 'Whether the token is valid now. If false, all other fields are absent.' }),
    scope: Type.Optional(
      Type.String({
        description: 'The scopes of the token that its user or client still has, separated by spaces.',
      }),
    ),
    client_id: Type.Optional(Type.String({ description: 'The client that the token was issued to.' })),
    username: Type.Optional(
      Type.String({ description: 'Absent for a client’s own token and for a user without a username.' }),
    ),
    token_type: Type.Optional(Type.Unsafe<'bearer'>({ type: 'string', enum: ['bearer'] })),
    exp: Type.Optional(
      Type.Integer({ format: 'int64', description: 'When the token expires, in seconds since the epoch.' }),
    ),
    iat: Type.Optional(
      Type.Integer({ format: 'int64', description: 'When the token was issued, in seconds since the epoch.' }),
    ),
    sub: Type.Optional(Type.String({ description: 'The id of the user, or of the client for its own token.' })),
    aud: Type.Optional(Type.Array(Type.String(), { description: 'The services that the token is for.' })),
    iss: Type.Optional(Type.String({ description: 'The issuer of the token.' })),
    jti: Type.Optional(Type.String({ description: 'The id of the token.' })),
    sid: Type.Optional(Type.String({ description: 'The id of the session. Absent for a client’s own token.' })),
    ...authenticationClaims,
  },
  {
    $id: 'IntrospectionResponse',
    description: 'The state of an access token (RFC 7662 2.2).',
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
        auth_time: 1764061200,
        amr: ['pwd', 'otp', 'mfa'],
        acr: 'aal2',
      },
    ],
  },
)
