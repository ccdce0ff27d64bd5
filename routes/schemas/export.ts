import { type Static, Type } from '@sinclair/typebox'
import type { ExportedAccount } from '../../src/accounts/index.ts'
import { toAccount } from '../../src/users/index.ts'
import { toWire, User } from './account.ts'
import { Event, toOwnEvent } from './events.ts'

const Time = (description: string) => Type.String({ format: 'date-time', description })
const Text = (description: string) => Type.Unsafe<string | null>({ type: ['string', 'null'], description })

export const HeldSession = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    client_id: Type.String({ description: 'Through which app.' }),
    scope: Type.String({ description: 'What the sign-in was granted, separated by spaces.' }),
    address: Text('Where it was last seen.'),
    user_agent: Text('What the app said that it is.'),
    created_at: Time('The sign-in.'),
    used_at: Time('The last refresh, or the sign-in.'),
    expires_at: Time('When it ends.'),
  },
  { $id: 'HeldSession', description: 'A device that is signed in, with all that is kept of it.' },
)

export const HeldCode = Type.Object(
  {
    purpose: Type.String({ description: 'What it is good for.' }),
    email: Type.String({ description: 'Where it was sent.' }),
    created_at: Time('When it was made.'),
    expires_at: Time('When the link ends.'),
    code_expires_at: Time('When the code ends.'),
    tries: Type.Integer({ description: 'Wrong codes that were typed.' }),
  },
  { $id: 'HeldCode', description: 'A link and a code that were mailed.' },
)

export const HeldMail = Type.Object(
  {
    kind: Type.String({ description: 'What it is about.' }),
    created_at: Time('When it was written.'),
    sent_at: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      format: 'date-time',
      description: 'When it was sent; null if it was not, or not yet.',
    }),
  },
  { $id: 'HeldMail', description: 'A mail that was written.' },
)

export const AccountExport = Type.Object(
  {
    exported_at: Time('When this was put together.'),
    account: User,
    scopes: Type.Array(Type.String(), { description: 'What the user may do beyond their own account.' }),
    updated_at: Time('When the account was last changed.'),
    password: Type.String({ description: 'How the password is kept.' }),
    sessions: Type.Array(HeldSession, { description: 'Devices that are signed in.' }),
    codes: Type.Array(HeldCode, { description: 'Links and codes that were mailed and not used yet.' }),
    mails: Type.Array(HeldMail, { description: 'Mails of the last day, and those that wait.' }),
    events: Type.Array(Event, {
      description: 'What happened with the account, as far as it is kept. Where an administrator was is not told.',
    }),
  },
  {
    $id: 'AccountExport',
    description: 'Everything that is held about a user.',
    examples: [
      {
        exported_at: '2026-11-25T18:20:00.000Z',
        account: User.examples[0],
        scopes: ['posts:write'],
        updated_at: '2026-11-24T07:00:00.000Z',
        password: 'a hash, from which it cannot be read',
        sessions: [
          {
            id: '019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d',
            client_id: 'latchkey',
            scope: 'account posts:write',
            address: '203.0.113.7',
            user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
            created_at: '2026-11-23T09:30:00.000Z',
            used_at: '2026-11-25T18:12:00.000Z',
            expires_at: '2026-12-09T18:12:00.000Z',
          },
        ],
        codes: [],
        mails: [{ kind: 'verify email', created_at: '2026-11-25T09:30:00.000Z', sent_at: '2026-11-25T09:30:01.000Z' }],
        events: [Event.examples[0]],
      },
    ],
  },
)

export function toWireExport(
  { user, sessions, codes, mails, events }: ExportedAccount,
  time: number,
): Static<typeof AccountExport> {
  const account = toAccount(user)
  return {
    exported_at: iso(time),
    account: toWire(account),
    scopes: account.scopes,
    updated_at: iso(user.updated_at),
    password: user.password_hash === '' ? 'none' : 'a hash, from which it cannot be read',
    sessions: sessions.map((session) => ({
      ...session,
      created_at: iso(session.created_at),
      used_at: iso(session.used_at),
      expires_at: iso(session.expires_at),
    })),
    codes: codes.map((code) => ({
      ...code,
      created_at: iso(code.created_at),
      expires_at: iso(code.expires_at),
      code_expires_at: iso(code.code_expires_at),
    })),
    mails: mails.map((mail) => ({
      ...mail,
      created_at: iso(mail.created_at),
      sent_at: mail.sent_at === null ? null : iso(mail.sent_at),
    })),
    events: events.map(toOwnEvent),
  }
}

function iso(milliseconds: number) {
  return new Date(milliseconds).toISOString()
}
