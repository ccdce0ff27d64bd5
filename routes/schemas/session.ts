import { Type } from '@sinclair/typebox'
import { NullableString } from './nullable.ts'

const Session = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    device: Type.String({ description: 'What signed in, in words, as far as its User-Agent tells.' }),
    address: NullableString({ description: 'Where it last signed in or refreshed from.' }),
    created_at: Type.String({ format: 'date-time', description: 'The sign-in.' }),
    used_at: Type.String({ format: 'date-time', description: 'The last refresh, or the sign-in.' }),
    expires_at: Type.String({
      format: 'date-time',
      description: 'When it ends unless it is refreshed before, or at last in any case.',
    }),
    current: Type.Boolean({ description: 'Whether it is the one that asks.' }),
  },
  {
    $id: 'Session',
    description: 'A device that is signed in.',
    examples: [
      {
        id: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a',
        device: 'Firefox on Windows',
        address: '203.0.113.7',
        created_at: '2026-11-23T09:30:00.000Z',
        used_at: '2026-11-25T18:12:00.000Z',
        expires_at: '2026-12-09T18:12:00.000Z',
        current: true,
      },
    ],
  },
)

export const Sessions = Type.Object(
  { sessions: Type.Array(Session, { description: 'All of them, the one used last first.' }) },
  { $id: 'Sessions', description: 'The devices that are signed in.' },
)
