import { Type } from '@sinclair/typebox'
import type { Stage } from '../../src/keys/index.ts'
import { NullableString } from '../schemas/nullable.ts'

const SigningKey = Type.Object(
  {
    kid: Type.String({ description: 'Its name in tokens.' }),
    alg: Type.String({ description: 'The algorithm that it signs with.' }),
    stage: Type.Unsafe<Stage>({
      type: 'string',
      enum: ['published', 'signing', 'retired'],
      description:
        '`published`: waits until every verifier knows it. `signing`: signs. `retired`: verifies what it ' +
        'signed until that has expired.',
    }),
    created_at: NullableString({ format: 'date-time', description: 'When it was made; null for a `SECRET_KEY`.' }),
    signs_at: NullableString({ format: 'date-time', description: 'From when on it signs; null for a `SECRET_KEY`.' }),
    retires_at: NullableString({
      format: 'date-time',
      description: 'From when on the next one signs in its place, if there is one.',
    }),
    removed_at: NullableString({
      format: 'date-time',
      description: 'Two hours after the last token that it signed has expired.',
    }),
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
