import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ExportedAccount, ExportedMail } from '../../src/accounts/index.ts'
import { methodsOf } from '../../src/authorization/index.ts'
import { ApiError } from '../../src/errors/index.ts'
import { createPace } from '../../src/lib/pace.ts'
import { toIsoTime } from '../../src/lib/time.ts'
import { wordsOf } from '../../src/lib/words.ts'
import { toAccount, toAccountJson } from '../../src/users/index.ts'
import { Event, toOwnEventJson } from '../schemas/event.ts'
import { TotpDevice, totpDeviceExample, toTotpDeviceJson } from '../schemas/totp-device.ts'
import { NullableString } from '../schemas/nullable.ts'
import { passkeyExample, passkeyFields, toPasskeyJson } from '../schemas/passkey.ts'
import { notRecent } from '../schemas/error-meanings.ts'
import { problems } from '../schemas/problem.ts'
import { jsonResponse } from '../schemas/response.ts'
import { User } from '../schemas/user.ts'

const Time = (description: string) => Type.String({ format: 'date-time', description })

const HeldSession = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    client_id: Type.String({ description: 'The client that the user signed in with.' }),
    scope: Type.String({ description: 'The scopes granted at the sign-in, separated by spaces.' }),
    address: NullableString({ description: 'The IP address of the last sign-in or refresh.' }),
    user_agent: NullableString({ description: 'The User-Agent header at the sign-in.' }),
    device_id: NullableString({ description: 'The id of the device in its `device_token`.' }),
    created_at: Time('When the user signed in.'),
    used_at: Time('The last refresh, or the sign-in.'),
    expires_at: Time('When the session ends.'),
    authenticated_at: Time('When the user last authenticated in this session.'),
    amr: Type.Array(Type.String(), { description: 'How the user authenticated (RFC 8176).' }),
  },
  { $id: 'HeldSession', description: 'A session, with all data stored about it.' },
)

const HeldPasskey = Type.Object(
  {
    ...passkeyFields,
    credential_id: Type.String({ description: 'The id that the authenticator chose.' }),
    public_key: Type.String({ description: 'The public key (COSE) in base64url.' }),
    counter: Type.Integer({
      format: 'int64',
      description: 'The signature counter at the last use; 0 if the authenticator has none.',
    }),
    aaguid: Type.String({ description: 'The model of the authenticator.' }),
    transports: Type.Array(Type.String(), { description: 'How browsers reach the authenticator.' }),
  },
  { $id: 'HeldPasskey', description: 'A passkey, with all data stored about it.' },
)

const HeldNetwork = Type.Object(
  {
    network: Type.String({ description: 'An IPv4 address or an IPv6 /64 network.' }),
    first_sign_in_at: NullableString({
      format: 'date-time',
      description: 'The first sign-in from this network; null if the account was only created or recovered from it.',
    }),
    seen_at: Time('The last sign-in from this network.'),
  },
  { $id: 'HeldNetwork', description: 'A network that the user has signed in from.' },
)

const HeldOneTimeToken = Type.Object(
  {
    purpose: Type.String({ description: 'The purpose of the link and the code.' }),
    email: Type.String({ description: 'The e-mail address that they were sent to.' }),
    created_at: Time('When they were created.'),
    expires_at: Time('When the link expires.'),
    code_expires_at: Time('When the code expires.'),
    attempts: Type.Integer({ format: 'int32', description: 'The number of wrong codes entered.' }),
  },
  { $id: 'HeldOneTimeToken', description: 'A link and a code that were sent by e-mail.' },
)

const HeldMail = Type.Object(
  {
    kind: Type.String({ description: 'The kind of e-mail.' }),
    created_at: Time('When the e-mail was created.'),
    sent_at: NullableString({ format: 'date-time', description: 'When the e-mail was sent; null if it was not.' }),
  },
  { $id: 'HeldMail', description: 'An e-mail to the user.' },
)

const AccountExport = Type.Object(
  {
    exported_at: Time('When the data was exported.'),
    account: User,
    scopes: Type.Array(Type.String(), { description: 'The scopes of the user, in addition to `account`.' }),
    updated_at: Time('When the account was last changed.'),
    signed_in_at: NullableString({ format: 'date-time', description: 'The last sign-in.' }),
    password: Type.String({ description: 'How the password is stored.' }),
    sessions: Type.Array(HeldSession, { description: 'The sessions of the user.' }),
    totp: Type.Array(TotpDevice, { description: 'The authenticator apps of the user.' }),
    passkeys: Type.Array(HeldPasskey, { description: 'The passkeys of the user.' }),
    recovery_codes_left: Type.Integer({
      format: 'int32',
      description: 'The number of recovery codes that have not been used. Only their hashes are stored.',
    }),
    recovery_codes_created_at: NullableString({
      format: 'date-time',
      description: 'When the recovery codes were created; null if there are none.',
    }),
    known_networks: Type.Array(HeldNetwork, { description: 'The networks that the user has signed in from.' }),
    one_time_tokens: Type.Array(HeldOneTimeToken, {
      description: 'Links and codes that were sent by e-mail and not used.',
    }),
    mails: Type.Array(HeldMail, { description: 'The e-mails of the last day, and pending ones.' }),
    events: Type.Array(Event, {
      description: 'The account’s events in the audit log. The IP address and device of an administrator are omitted.',
    }),
  },
  {
    $id: 'AccountExport',
    description: 'All data stored about a user.',
    examples: [
      {
        exported_at: '2026-11-25T18:20:00.000Z',
        account: User.examples[0],
        scopes: ['posts:write'],
        updated_at: '2026-11-24T07:00:00.000Z',
        signed_in_at: '2026-11-25T09:30:00.000Z',
        password: 'a hash, from which it cannot be read',
        sessions: [
          {
            id: '019ab0c4-5b0f-7d11-8b5d-0d1f2a3b4c5d',
            client_id: 'latchkey',
            scope: 'account posts:write',
            address: '203.0.113.7',
            user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
            device_id: '8c1f5d20a7e94b36',
            created_at: '2026-11-23T09:30:00.000Z',
            used_at: '2026-11-25T18:12:00.000Z',
            expires_at: '2026-12-09T18:12:00.000Z',
            authenticated_at: '2026-11-23T09:30:00.000Z',
            amr: ['pwd', 'otp', 'mfa'],
          },
        ],
        totp: [totpDeviceExample],
        passkeys: [
          {
            ...passkeyExample,
            credential_id: 'q8DJ0hX5c0yQWmFmZ0t1Zw',
            public_key: 'pQECAyYgASFYIA',
            counter: 0,
            aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd',
            transports: ['internal', 'hybrid'],
          },
        ],
        recovery_codes_left: 10,
        recovery_codes_created_at: '2026-11-29T11:20:30.000Z',
        known_networks: [
          {
            network: '203.0.113.7',
            first_sign_in_at: '2026-11-23T09:30:00.000Z',
            seen_at: '2026-11-25T09:30:00.000Z',
          },
        ],
        one_time_tokens: [],
        mails: [{ kind: 'verify_email', created_at: '2026-11-25T09:30:00.000Z', sent_at: '2026-11-25T09:30:01.000Z' }],
        events: [Event.examples[0]],
      },
    ],
  },
)

export const exportAccount: FastifyPluginAsyncTypebox = async (scope) => {
  const pace = createPace<string>()
  /** The ids of accounts with a running export. Each gets one at a time, so that one user cannot delay the others. */
  const running = new Set<string>()

  scope.route({
    method: 'GET',
    url: '/users/me/export',
    schema: {
      operationId: 'exportAccount',
      summary: 'Export your data',
      description:
        'Returns all data stored about you as one JSON file. Secrets, such as the hash of your password, are ' +
        'listed but not included.',
      tags: ['Account'],
      response: {
        200: {
          ...jsonResponse(AccountExport, 'Your data.'),
          headers: { 'Content-Disposition': { type: 'string', description: 'A file name for the download.' } },
        },
        ...problems([403, 429], { 401: notRecent }),
      },
    },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      reply.type('application/json; charset=utf-8')
      const disposition = { 'content-disposition': 'attachment; filename="account.json"' }
      // A response without a body needs no data.
      if (request.method === 'HEAD') return reply.headers(disposition).send()
      const { account } = scope.authentication.principalOf(request)
      if (running.has(account.id)) {
        throw new ApiError('slow_down', {
          detail: 'An export of your data is already in progress. Try again when it has finished.',
          headers: { 'retry-after': '5' },
        })
      }
      running.add(account.id)
      try {
        const data = await scope.accounts.exportAccount(account, scope.originOf(request))
        const parts = Readable.from(pace(toJsonParts(data, scope.config.now())))
        parts.once('close', () => running.delete(account.id))
        reply.headers(disposition).send(parts)
      } catch (error) {
        running.delete(account.id)
        throw error
      }
      return reply
    },
  })
}

/** The export as parts of one JSON text. Only one part at a time is in memory. */
async function* toJsonParts({ mails, events, ...data }: ExportedAccount, exportedAt: number): AsyncGenerator<string> {
  yield JSON.stringify(toHead(data, exportedAt)).slice(0, -1)
  yield* toListParts('mails', mails, toMailJson)
  yield* toListParts('events', events, toOwnEventJson)
  yield '}'
}

async function* toListParts<Item>(
  name: keyof Export,
  pages: AsyncGenerator<Item[]>,
  toJson: (item: Item) => object,
): AsyncGenerator<string> {
  let before = `,"${name}":[`
  for await (const page of pages) {
    if (page.length === 0) continue
    yield before + page.map((item) => JSON.stringify(toJson(item))).join(',')
    before = ','
  }
  yield before === ',' ? ']' : `${before}]`
}

type Export = Static<typeof AccountExport>

/** The data of bounded size. */
function toHead(
  {
    user,
    sessions,
    factors: { totp, recoveryCodes },
    passkeys,
    knownNetworks,
    oneTimeTokens,
  }: Omit<ExportedAccount, 'mails' | 'events'>,
  exportedAt: number,
): Omit<Export, 'mails' | 'events'> {
  const account = toAccount(user)
  return {
    exported_at: toIsoTime(exportedAt),
    account: toAccountJson(account),
    scopes: account.scopes,
    updated_at: toIsoTime(user.updated_at),
    signed_in_at: user.signed_in_at === null ? null : toIsoTime(user.signed_in_at),
    password: user.password_hash === '' ? 'none' : 'a hash, from which it cannot be read',
    sessions: sessions.map(({ methods, ...session }) => ({
      ...session,
      created_at: toIsoTime(session.created_at),
      used_at: toIsoTime(session.used_at),
      expires_at: toIsoTime(session.expires_at),
      authenticated_at: toIsoTime(session.authenticated_at),
      amr: methodsOf(methods),
    })),
    totp: totp.map(toTotpDeviceJson),
    passkeys: passkeys.map(({ row, ...passkey }) => ({
      ...toPasskeyJson(passkey),
      credential_id: row.credential_id,
      public_key: row.public_key,
      counter: row.counter,
      aaguid: row.aaguid,
      transports: wordsOf(row.transports),
    })),
    recovery_codes_left: recoveryCodes?.codesLeft ?? 0,
    recovery_codes_created_at: recoveryCodes === undefined ? null : toIsoTime(recoveryCodes.createdAt),
    known_networks: knownNetworks.map(({ network, first_sign_in_at: first, seen_at: seenAt }) => ({
      network,
      first_sign_in_at: first === null ? null : toIsoTime(first),
      seen_at: toIsoTime(seenAt),
    })),
    one_time_tokens: oneTimeTokens.map((token) => ({
      ...token,
      created_at: toIsoTime(token.created_at),
      expires_at: toIsoTime(token.expires_at),
      code_expires_at: toIsoTime(token.code_expires_at),
    })),
  }
}

function toMailJson({ kind, created_at: createdAt, sent_at: sentAt }: ExportedMail): Static<typeof HeldMail> {
  return { kind, created_at: toIsoTime(createdAt), sent_at: sentAt === null ? null : toIsoTime(sentAt) }
}
