import { v7 as uuidv7 } from 'uuid'
import { createMasterKey } from '../../src/keys/master-key.ts'
import { newLinkToken } from '../../src/one-time-tokens/link-token.ts'
import { query, secretFor } from './build.ts'
import { masterKey } from './forged-tokens.ts'
import { createVersionOne, insertRow, spelled } from './version-one.ts'

const minute = 60_000
const hour = 60 * minute

/** The additions of migrations 0002 to 0004 to the schema, word for word. */
const schema = [
  "insert into latchkey_migrations values ('0002_refresh_rotation_clients', '2026-11-21T09:30:00.000Z')",
  "alter table sessions add column nonce TEXT default '' not null",
  'alter table sessions add column generation INTEGER default 0 not null',
  'alter table sessions add column rotated_at INTEGER default 0 not null',
  'alter table sessions add column address TEXT',
  'alter table sessions add column user_agent TEXT',
  'alter table signing_keys add column signs_at INTEGER default 0 not null',
  'alter table signing_keys add column token_life INTEGER default 86400 not null',
  'update signing_keys set signs_at = created_at',
  `create table clients (id TEXT primary key, name TEXT not null, secret_hash TEXT not null, scopes TEXT not null,
    client_credentials integer not null, introspection integer not null, created_at INTEGER not null)`,
  'create table state (name TEXT primary key, value TEXT not null)',

  "insert into latchkey_migrations values ('0003_mail_recovery', '2026-11-22T09:30:00.000Z')",
  'alter table users add column pending_email TEXT',
  'alter table users add column password_version integer default 0 not null',
  'create index users_email on users (email_fold)',
  `create table codes (id TEXT primary key, user_id TEXT not null references users (id) on delete cascade,
    purpose TEXT not null, email TEXT not null, sealed TEXT not null, created_at INTEGER not null,
    expires_at INTEGER not null, code_expires_at INTEGER not null, tries integer not null,
    constraint codes_user_purpose unique (user_id, purpose))`,
  'create index codes_end on codes (expires_at)',
  `create table mail_requests (id TEXT primary key, purpose TEXT not null, sealed TEXT not null,
    created_at INTEGER not null)`,
  `create table mails (id TEXT primary key, kind TEXT not null, user_id TEXT references users (id) on delete set null,
    recipient TEXT not null, sealed TEXT, created_at INTEGER not null, due_at INTEGER, expires_at INTEGER not null,
    tries integer not null, sent_at INTEGER)`,
  'create index mails_due on mails (due_at)',
  'create index mails_user on mails (user_id)',
  'create index mails_recipient on mails (recipient)',
  'create table retired_usernames (name_hash TEXT primary key, retired_at INTEGER not null)',

  "insert into latchkey_migrations values ('0004_guarding_audit_administration', '2026-11-23T09:30:00.000Z')",
  'alter table users add column name_fold TEXT',
  'create index users_created on users (created_at, id)',
  `create table events (id TEXT primary key, created_at INTEGER not null, event TEXT not null, outcome TEXT not null,
    user_id TEXT, actor_type TEXT, actor_id TEXT, address TEXT, user_agent TEXT, request_id TEXT,
    details TEXT not null)`,
  'create index events_user on events (user_id, id)',
  'create index events_event on events (event, id)',
  'create index events_actor_id on events (actor_id, id)',
  'create index events_address on events (address, id)',
  'create index events_time on events (created_at)',
  `create table throttles (key TEXT primary key, user_id TEXT, count integer not null, counted_at INTEGER not null,
    ends_at INTEGER)`,
  'create index throttles_end on throttles (ends_at)',
  'create index throttles_user on throttles (user_id)',
  `create table known_networks (user_id TEXT not null references users (id) on delete cascade, network TEXT not null,
    seen_at INTEGER not null, constraint known_networks_key primary key (user_id, network))`,
  'create index known_networks_seen on known_networks (seen_at)',
  `create table invitations (id TEXT primary key, email TEXT, email_fold TEXT, name TEXT, scopes TEXT not null,
    sealed TEXT not null, inviter_type TEXT, inviter_id TEXT, created_at INTEGER not null,
    expires_at INTEGER not null)`,
  'create index invitations_end on invitations (expires_at)',
  'create index invitations_email on invitations (email_fold)',
]

const appendOnly = {
  sqlite: [
    `create trigger events_append_only before update on events
      begin select raise(abort, 'rows of this table are never changed'); end`,
  ],
  postgres: [
    `create function events_append_only() returns trigger language plpgsql as
      $$ begin raise exception 'rows of this table are never changed'; end $$`,
    `create trigger events_append_only before update on events for each row execute function events_append_only()`,
  ],
}

/** The kinds of messages that the previous version wrote, except invitations. */
export const previousKinds = [
  'reset password',
  'verify email',
  'password changed',
  'email changed',
  'new device',
  'attempts failed',
  'account shut',
  'place shut',
  'address claimed',
  'session ended',
  'account deleted',
]

/** An event of each name, and with each detail, that the previous version spelled differently. */
export const previousEvents: [event: string, outcome: string, details: object][] = [
  ['account_shut', 'failure', { in_a_row: 100, known_place: false }],
  ['attempts_paused', 'failure', {}],
  ['keys_rotated_now', 'success', { kid: 'a', withdrawn: ['b'] }],
  ['email_disowned', 'success', {}],
  ['signed_in', 'success', { factor: 'password', scope: 'account', known_place: true }],
  ['sign_in_failed', 'failure', { factor: 'password', reason: 'no such account' }],
  ['sign_in_failed', 'failure', { factor: 'password', reason: 'shut' }],
  ['password_reset_failed', 'failure', { factor: 'mailed code', reason: 'wrong' }],
  ['password_reset', 'success', { factor: 'mailed link' }],
  ['email_verification_failed', 'failure', { unwritten: 7 }],
  ['scopes_changed', 'success', { granted: ['"factor":"mailed code"'], withdrawn: [] }],
]

/**
 * A database as the version before migration 0005 left it. ada is an administrator and signed in; bob has a link to
 * reset his password, carol has asked for one, and eve is locked. A message to ada and an invitation wait to be sent.
 */
export async function createPreviousVersion(url: string, issuer: string) {
  const { kid, sessionId, token } = await createVersionOne(url, issuer, 1)
  for (const statement of schema) await query(url, spelled(url, statement))
  for (const statement of appendOnly[url.startsWith('file:') ? 'sqlite' : 'postgres']) await query(url, statement)

  const insert = (table: string, row: Parameters<typeof insertRow>[2]) => insertRow(url, table, row)
  const { seal, mac } = createMasterKey(masterKey)
  const time = Date.now() - minute
  const newId = () => uuidv7({ msecs: time })

  await insert('state', { name: 'key family', value: 'key pairs' })
  await insert('state', { name: 'master key', value: seal('check', 'master key', 'latchkey') })

  await query(
    url,
    `update users set scopes = 'users:read users:write audit:read', email = 'ada@example.com',
      email_fold = 'ada@example.com', email_verified = 1`,
  )
  const [ada] = await query<{ id: string; password_hash: string }>(url, 'select id, password_hash from users')
  const users: Record<string, string> = {}
  for (const username of ['bob', 'carol', 'eve']) {
    users[username] = newId()
    await insert('users', {
      id: users[username],
      username,
      username_fold: username,
      email: `${username}@example.com`,
      email_fold: `${username}@example.com`,
      email_verified: 1,
      // All users have ada's password.
      password_hash: ada!.password_hash,
      scopes: '',
      disabled: 0,
      created_at: time,
      updated_at: time,
    })
  }

  const resetId = newId()
  const resetToken = newLinkToken('pr_', resetId)
  await insert('codes', {
    id: resetId,
    user_id: users.bob!,
    purpose: 'reset password',
    email: 'bob@example.com',
    sealed: seal('codes', resetId, JSON.stringify({ token: resetToken, code: '12345678' })),
    created_at: time,
    expires_at: time + hour,
    code_expires_at: time + hour,
    tries: 4,
  })
  const verificationId = newId()
  await insert('codes', {
    id: verificationId,
    user_id: ada!.id,
    purpose: 'verify email',
    email: 'ada@example.org',
    sealed: seal('codes', verificationId, JSON.stringify({ token: newLinkToken('ev_', verificationId), code: '1' })),
    created_at: time,
    expires_at: time + hour,
    code_expires_at: time + hour,
    tries: 3,
  })

  const requestId = newId()
  await insert('mail_requests', {
    id: requestId,
    purpose: 'reset password',
    sealed: seal('mail requests', requestId, 'carol'),
    created_at: time,
  })

  const insertMail = (kind: string, userId: string | null, to: string, isWaiting: boolean) => {
    const id = newId()
    const content = { subject: kind, text: `about ${kind}`, html: `<p>about ${kind}</p>`, to }
    return insert('mails', {
      id,
      kind,
      user_id: userId,
      recipient: mac('mail recipients', Buffer.from(to)).toString('base64url'),
      sealed: isWaiting ? seal('mails', id, JSON.stringify(content)) : null,
      created_at: time,
      due_at: isWaiting ? time : null,
      expires_at: time + hour,
      tries: isWaiting ? 0 : 1,
      sent_at: isWaiting ? null : time,
    })
  }
  for (const kind of previousKinds) await insertMail(kind, ada!.id, 'ada@example.com', kind === 'new device')
  const invitationId = newId()
  const invitationToken = newLinkToken('inv_', invitationId)
  await insertMail(`invitation ${invitationId}`, null, 'grace@example.com', true)
  await insert('invitations', {
    id: invitationId,
    email: 'grace@example.com',
    email_fold: 'grace@example.com',
    scopes: '',
    sealed: seal('invitations', invitationId, invitationToken),
    inviter_type: 'user',
    inviter_id: ada!.id,
    created_at: time,
    expires_at: time + hour,
  })

  const lockKey = mac('throttles', Buffer.from(JSON.stringify(['account', users.eve]))).toString('base64url')
  await insert('throttles', { key: lockKey, user_id: users.eve!, count: 100, counted_at: time, ends_at: null })

  for (const [event, outcome, details] of previousEvents) {
    await insert('events', {
      id: newId(),
      created_at: time,
      event,
      outcome,
      user_id: event === 'attempts_paused' ? null : ada!.id,
      actor_type: null,
      details: JSON.stringify(details),
    })
  }
  return {
    kid,
    sessionId,
    token,
    resetToken,
    invitationId,
    invitationToken,
    eve: users.eve!,
    password: secretFor('ada'),
  }
}
