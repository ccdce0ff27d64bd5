import { Type } from '@sinclair/typebox'
import type { Stage } from '../../src/keys/index.ts'

const Member = (description: string) => Type.Optional(Type.String({ description }))

/** RFC 7517 4, with the members of RFC 7518 6 and RFC 8037 2. */
export const Jwk = Type.Object(
  {
    kty: Type.String({ description: 'The type of the key.' }),
    kid: Type.String({ description: 'Its name in tokens: its thumbprint (RFC 7638).' }),
    alg: Type.String({ description: 'The algorithm that it signs with.' }),
    use: Type.Unsafe<'sig'>({ type: 'string', enum: ['sig'] }),
    crv: Member('The curve of an EC or OKP key.'),
    x: Member('A coordinate of an EC key, or all of an OKP key.'),
    y: Member('The other coordinate of an EC key.'),
    n: Member('The modulus of an RSA key.'),
    e: Member('The exponent of an RSA key.'),
  },
  {
    $id: 'Jwk',
    description: 'A public key (RFC 7517).',
    examples: [
      {
        kty: 'EC',
        crv: 'P-256',
        x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
        y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
        kid: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U',
        alg: 'ES256',
        use: 'sig',
      },
    ],
  },
)

export const Jwks = Type.Object(
  { keys: Type.Array(Jwk) },
  { $id: 'Jwks', description: 'The public keys (RFC 7517 5).' },
)

const Time = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', description })

export const SigningKey = Type.Object(
  {
    kid: Type.String({ description: 'Its name in tokens.' }),
    alg: Type.String({ description: 'The algorithm that it signs with.' }),
    stage: Type.Unsafe<Stage>({
      type: 'string',
      enum: ['published', 'signing', 'retired'],
      description:
        '`published`: waits until every verifier knows it. `signing`: signs. `retired`: verifies what it signed until that has expired.',
    }),
    created_at: Time('When it was made; null for a `SECRET_KEY`.'),
    signs_at: Time('From when on it signs; null for a `SECRET_KEY`.'),
    retires_at: Time('From when on the next one signs in its place, if there is one.'),
    removed_at: Time('Two hours after the last token that it signed has expired.'),
  },
  {
    $id: 'SigningKey',
    description: 'A key that signs access tokens, without the key.',
    examples: [
      {
        kid: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U',
        alg: 'ES256',
        stage: 'signing',
        created_at: '2026-11-23T09:30:00.000Z',
        signs_at: '2026-11-23T09:50:00.000Z',
        retires_at: null,
        removed_at: null,
      },
    ],
  },
)

export const SigningKeys = Type.Object(
  { keys: Type.Array(SigningKey, { description: 'Every key that verifies, the oldest first.' }) },
  { $id: 'SigningKeys', description: 'The signing keys.' },
)

export const KeyRotation = Type.Object(
  {
    now: Type.Optional(
      Type.Boolean({
        description:
          'For an emergency: withdraws every existing key at once, and with them all access tokens. Sessions go on. Other services notice when their copy of the keys is too old.',
      }),
    ),
  },
  { $id: 'KeyRotation', additionalProperties: false, description: 'How to rotate.', examples: [{ now: false }] },
)
