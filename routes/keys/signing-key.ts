import { Type } from '@sinclair/typebox'
import type { Stage } from '../../src/keys/index.ts'
import { NullableString } from '../schemas/nullable.ts'

const SigningKey = Type.Object(
  {
    kid: Type.String({ description: 'The id of the key in token headers.' }),
    alg: Type.String({ description: 'The signature algorithm.' }),
    stage: Type.Unsafe<Stage>({
      type: 'string',
      enum: ['published', 'signing', 'retired'],
      description:
        '`published`: does not sign until all verifiers have fetched it. `signing`: signs new tokens. `retired`: ' +
        'only verifies the tokens that it has signed, until they have expired.',
    }),
    created_at: NullableString({ format: 'date-time', description: 'When it was created; null for `SECRET_KEY`.' }),
    signs_at: NullableString({ format: 'date-time', description: 'When it starts to sign; null for `SECRET_KEY`.' }),
    retires_at: NullableString({
      format: 'date-time',
      description: 'When the next key starts to sign in its place; null if there is none.',
    }),
    removed_at: NullableString({
      format: 'date-time',
      description: 'When it is removed: two hours after the last token that it signed has expired.',
    }),
  },
  {
    $id: 'SigningKey',
    description: 'The state of a key that signs access tokens, without the key itself.',
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
  { keys: Type.Array(SigningKey, { description: 'The keys, oldest first.' }) },
  { $id: 'SigningKeys', description: 'The signing keys.' },
)
