import { Type } from '@sinclair/typebox'
import { authenticationFields } from './authentication.ts'
import { NullableString } from './nullable.ts'

const Session = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    device: Type.String({ description: 'The browser or app and its operating system, from the User-Agent.' }),
    address: NullableString({ description: 'The IP address of the last sign-in or refresh.' }),
    created_at: Type.String({ format: 'date-time', description: 'When the user signed in.' }),
    used_at: Type.String({ format: 'date-time', description: 'The last refresh, or the sign-in.' }),
    expires_at: Type.String({
      format: 'date-time',
      description: 'When the session ends unless it is refreshed. Each refresh extends it, up to a limit.',
    }),
    ...authenticationFields,
    current: Type.Boolean({ description: 'Whether this request belongs to the session.' }),
  },
  {
    $id: 'Session',
    description: 'A session: a browser or app in which a user is signed in.',
    examples: [
      {
        id: '019ab0c4-5b0e-7c3a-9a54-3f6f0d1c2b3a',
        device: 'Firefox on Windows',
        address: '203.0.113.7',
        created_at: '2026-11-23T09:30:00.000Z',
        used_at: '2026-11-25T18:12:00.000Z',
        expires_at: '2026-12-09T18:12:00.000Z',
        authenticated_at: '2026-11-23T09:30:00.000Z',
        amr: ['pwd', 'otp', 'mfa'],
        acr: 'aal2',
        current: true,
      },
    ],
  },
)

export const Sessions = Type.Object(
  { sessions: Type.Array(Session, { description: 'All active sessions, most recently used first.' }) },
  { $id: 'Sessions', description: 'The active sessions of a user.' },
)
