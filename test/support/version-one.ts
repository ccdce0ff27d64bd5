import { v7 as uuidv7 } from 'uuid'
import { createHashQueue } from '../../src/passwords/hash-queue.ts'
import { createHashing } from '../../src/passwords/hashing.ts'
import { makeKeyPair } from '../../src/keys/algorithms.ts'
import { createMasterKey } from '../../src/keys/master-key.ts'
import { query, secretFor } from './build.ts'
import { compact, ecdsa, masterKey } from './forged-tokens.ts'

const day = 24 * 60 * 60 * 1000

/** The schema of version 0.1.0, word for word except for differences between the databases. */
const schema = [
  'create table latchkey_migrations (name varchar(255) not null primary key, timestamp varchar(255) not null)',
  'create table latchkey_migrations_lock (id varchar(255) not null primary key, is_locked integer default 0 not null)',
  "insert into latchkey_migrations values ('0001_accounts_sessions_keys', '2026-11-20T09:30:00.000Z')",
  "insert into latchkey_migrations_lock values ('migration_lock', 0)",
  `create table users (id TEXT primary key, username TEXT not null, username_fold TEXT not null unique, name TEXT,
    email TEXT, email_fold TEXT,
    email_verified integer not null, password_hash TEXT not null, scopes TEXT not null, disabled integer not null,
    created_at INTEGER not null, updated_at INTEGER not null)`,
  'create unique index users_verified_email on users (email_fold) where email_verified = 1',
  `create table sessions (id TEXT primary key, user_id TEXT not null references users (id) on delete cascade,
    client_id TEXT not null, scope TEXT not null,
    created_at INTEGER not null, used_at INTEGER not null, expires_at INTEGER not null)`,
  'create index sessions_user on sessions (user_id)',
  'create index sessions_end on sessions (expires_at)',
  `create table signing_keys (kid TEXT primary key, generation integer not null unique, alg TEXT not null,
    public_jwk TEXT not null, private_sealed TEXT not null,
    created_at INTEGER not null)`,
]

/** @returns a schema statement for the database: `TEXT` and `INTEGER` have other meanings in PostgreSQL */
export function spelled(url: string, statement: string): string {
  return url.startsWith('file:')
    ? statement
    : statement.replaceAll('TEXT', 'text collate "C"').replaceAll('INTEGER', 'bigint')
}

/** Inserts a row of trusted values without quotes. */
export function insertRow(url: string, table: string, row: Record<string, string | number | null>) {
  const values = Object.values(row).map((value) => (typeof value === 'string' ? `'${value}'` : String(value)))
  return query(url, `insert into ${table} (${Object.keys(row).join(', ')}) values (${values.join(', ')})`)
}

/**
 * Creates a database as version 0.1.0 left it, in which ada has been signed in for a minute.
 * @param keyAge days since its only key was created
 * @returns her session, her access token and the key's id
 */
export async function createVersionOne(url: string, issuer: string, keyAge: number) {
  if (!url.startsWith('file:')) {
    await query(url, 'drop schema public cascade')
    await query(url, 'create schema public')
  }
  for (const statement of schema) await query(url, spelled(url, statement))

  const insert = (table: string, row: Record<string, string | number>) => insertRow(url, table, row)
  const begunAt = Date.now() - 60_000
  const [userId, sessionId] = [uuidv7(), uuidv7()]
  const { hash } = createHashing(
    { memoryKib: 7168, passes: 1, lanes: 1 },
    createHashQueue({ concurrency: 1, queueMs: 1000 }),
  )
  await insert('users', {
    id: userId,
    username: 'ada',
    username_fold: 'ada',
    email_verified: 0,
    password_hash: await hash(secretFor('ada'), { sharers: ['192.0.2.1'], hasReservedRoom: false }),
    scopes: '',
    disabled: 0,
    created_at: begunAt,
    updated_at: begunAt,
  })
  await insert('sessions', {
    id: sessionId,
    user_id: userId,
    client_id: 'latchkey',
    scope: 'account',
    created_at: begunAt,
    used_at: begunAt,
    expires_at: begunAt + 14 * day,
  })

  const { kid, publicJwk, privatePem } = await makeKeyPair('ES256')
  await insert('signing_keys', {
    kid,
    generation: 1,
    alg: 'ES256',
    public_jwk: JSON.stringify(publicJwk),
    private_sealed: createMasterKey(masterKey).seal('signing keys', kid, privatePem),
    created_at: begunAt - keyAge * day,
  })

  const iat = Math.floor(begunAt / 1000)
  const claims = {
    iss: issuer,
    sub: userId,
    aud: issuer,
    client_id: 'latchkey',
    iat,
    exp: iat + 900,
    jti: uuidv7(),
    sid: sessionId,
    scope: 'account',
    preferred_username: 'ada',
  }
  const token = compact(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid }), JSON.stringify(claims), ecdsa(privatePem))
  return { sessionId, token, kid }
}
