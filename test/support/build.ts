import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import BetterSqlite from 'better-sqlite3'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import type { Test } from 'tap'
import { queryPostgres } from '../../scripts/query-postgres.ts'
import { settingsFromEnvironment } from '../../src/config/config.ts'
import type { Timing } from '../../src/config/timing.ts'
import { createService, type ServiceOptions } from '../../src/service.ts'
import { createMailbox } from './mailbox.ts'
import { withValidatedResponses } from './validate-response.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

interface Overrides extends Omit<ServiceOptions, 'now'> {
  database?: DatabaseKind
  /** Settings as environment variables. */
  environment?: NodeJS.ProcessEnv
  /** The clock of another service, to be shared. */
  clock?: Clock
  /** For a test whose responses differ from the document on purpose. */
  hasOtherResponses?: boolean
}

export type Clock = ReturnType<typeof createClock>

/**
 * Messages are sent and rows deleted only when the test calls `housekeep`, not by timers. The time limits of the
 * database suit a busy machine.
 */
export const testTiming: Timing = {
  hasTimers: false,
  databaseConnectionMs: 60_000,
  databaseQueryMs: 60_000,
  databaseQueueMs: 60_000,
  databaseStatementMs: 60_000,
  databaseLockMs: 60_000,
  databaseIdleTransactionMs: 60_000,
  databaseRequestMs: 60_000,
  takeBackMs: 60_000,
  unknownKeyMs: 20,
}

/** Settings of every test: the cheapest hashes allowed, and an origin that does not depend on the port. */
export const testEnvironment = {
  PUBLIC_URL: 'http://localhost:3000',
  ARGON2_MEMORY_KIB: '7168',
  ARGON2_TIME: '1',
  LOG_LEVEL: 'debug',
  // All tests share one network, and some send fifty requests at a time.
  SIGN_IN_ATTEMPTS: '100',
  SIGN_IN_FAILURES_PER_HOUR: '1000000',
  REGISTRATIONS_PER_HOUR: '1000000',
  MAIL_REQUESTS_PER_HOUR: '1000000',
  HASH_QUEUE_MS: '60000',
}

/** Creates a service with a database of its own, closed at the end of the test. It does not listen. */
export async function build(
  t: Test,
  {
    database = 'sqlite',
    environment = {},
    clock = createClock(),
    hasOtherResponses = false,
    ...surroundings
  }: Overrides = {},
) {
  const lines: string[] = []
  const mailbox = createMailbox()
  const settings = settingsFromEnvironment({ ...testEnvironment, ...(await databaseOf(t, database)), ...environment })
  const create = () =>
    createService(settings, {
      logStream: {
        write: (line) => {
          lines.push(line)
          keepLog(line)
        },
      },
      sendMail: mailbox.send,
      timing: testTiming,
      ...surroundings,
      now: clock.now,
    })
  // The document of other settings is another one.
  const isDocumented = environment.PREFIX === undefined && environment.USERNAMES === undefined && !hasOtherResponses
  const app = await (isDocumented ? withValidatedResponses(t, create) : create())
  t.teardown(() => app.close())
  await app.ready()
  return { app, clock, lines, mailbox }
}

/** Like `build`, over a database that the test can query and change directly. */
export async function buildWithSql(
  t: Test,
  database: DatabaseKind,
  environment: NodeJS.ProcessEnv = {},
  surroundings: Omit<Overrides, 'environment'> = {},
) {
  const folder = t.testdir()
  const path = join(folder, 'latchkey.db')
  const place =
    database === 'sqlite' ? { DATABASE_URL: `file:${path}`, DATA_DIR: folder } : await databaseOf(t, database)
  const run = (statement: string) => query(String(place.DATABASE_URL), statement)
  return {
    ...(await build(t, { environment: { ...place, ...environment }, ...surroundings })),
    change: async (statement: string) => {
      await run(statement)
    },
    rows: run,
    databaseUrl: String(place.DATABASE_URL),
    count: async (
      table: 'users' | 'sessions' | 'clients' | 'signing_keys' | 'one_time_tokens' | 'outbox' | 'mail_requests',
    ) => {
      const [row] = await run(`select cast(count(*) as integer) as n from ${table}`)
      return row?.n
    },
  }
}

/** Runs a test on both databases. */
export function onBoth(t: Test, name: string, test: (t: Test, database: DatabaseKind) => Promise<void>) {
  t.test(`${name} (sqlite)`, (t) => test(t, 'sqlite'))
  t.test(`${name} (postgres)`, (t) => test(t, 'postgres'))
}

/** Durations in milliseconds. */
export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** A clock that starts at the real time and moves only by `advance`. */
export function createClock() {
  let time = Date.now()
  return {
    now: () => time,
    advance: (milliseconds: number) => {
      time += milliseconds
    },
  }
}

/** @returns settings for a database of the test's own */
export async function databaseOf(t: Test, database: DatabaseKind): Promise<NodeJS.ProcessEnv> {
  if (database === 'sqlite') return { DATABASE_URL: ':memory:' }
  return {
    DATABASE_URL: await createPostgresDatabase(t),
    MASTER_KEY: secretFor('master key'),
    SECRET_KEY: secretFor('secret key'),
  }
}

/** @returns the URL of a new, migrated PostgreSQL database that is dropped at the end of the test */
export function createPostgresDatabase(t: Test): Promise<string> {
  return createDatabaseFrom(t, process.env.TEST_POSTGRES_TEMPLATE ?? 'template1')
}

/** @returns the URL of a new PostgreSQL database without tables, which is dropped at the end of the test */
export function createEmptyPostgresDatabase(t: Test, encoding?: string): Promise<string> {
  return createDatabaseFrom(t, encoding === undefined ? 'template1' : `template0 encoding '${encoding}'`)
}

/** One connection per process, which creates and drops all of its databases. */
let administration: pg.Pool | undefined

async function createDatabaseFrom(t: Test, template: string): Promise<string> {
  const server = process.env.TEST_POSTGRES_URL
  if (server === undefined) throw new Error('There is no PostgreSQL. Run tests with: npm test -- FILE')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  // Copying the files is cheaper than logging each of their pages.
  administration ??= new pg.Pool({ connectionString: server, max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true })
  const pool = administration
  await pool.query(`create database ${name} template ${template} strategy file_copy`)
  t.teardown(async () => {
    await pool.query(`drop database ${name} with (force)`)
  })
  return Object.assign(new URL(server), { pathname: name }).href
}

/** Runs a statement over a connection of its own, as another process would. */
export async function query<Row extends object = Record<string, unknown>>(
  url: string,
  statement: string,
): Promise<Row[]> {
  if (!url.startsWith('file:')) return queryPostgres<Row>(url, statement)
  // Another process cannot run within one turn of ours, whose reads share one snapshot.
  await setImmediate()
  return runOnFile(url.slice('file:'.length), statement)
}

function runOnFile<Row extends object>(path: string, text: string): Row[] {
  const file = new BetterSqlite(path)
  try {
    const statement = file.prepare<[], Row>(text)
    if (statement.reader) return statement.all()
    statement.run()
    return []
  } finally {
    file.close()
  }
}

/** Every secret in tests contains the mark for which the logs of the whole run are searched. */
export function secretFor(name: string) {
  return `${name} not-for-logs and long enough to be one`
}

/** Keeps log lines, which are searched for secrets after the run. */
export function keepLog(text: string) {
  const folder = process.env.TEST_LOG_FOLDER
  if (folder !== undefined) appendFileSync(join(folder, `${process.pid}.log`), text)
}

/** Registers a user whose password is `secretFor(username)`. */
export function register(app: FastifyInstance, username: string, more: object = {}) {
  return app.inject({
    method: 'POST',
    url: '/auth/users',
    payload: { username, password: secretFor(username), ...more },
  })
}

/** Signs in with the tutorial's form. */
export function signIn(app: FastifyInstance, username: string, more: Record<string, string> = {}) {
  return postForm(app, '/auth/token', { username, password: secretFor(username), ...more })
}

export interface TokenResponse {
  access_token: string
  token_type: string
  expires_in: number
  refresh_token: string
  device_token: string
  scope: string
}

/** Registers and signs in. @returns the body of the token response */
export async function signedUp(app: FastifyInstance, username: string) {
  await register(app, username)
  const response = await signIn(app, username)
  return response.json<TokenResponse>()
}

export function refresh(app: FastifyInstance, token: string, more: Record<string, string> = {}) {
  return postForm(app, '/auth/token', { grant_type: 'refresh_token', refresh_token: token, ...more })
}

/** Registers an administrator with these scopes and signs them in with all of them. @returns the access token */
export async function administrator(
  app: FastifyInstance,
  change: (statement: string) => Promise<void>,
  scope = 'keys:write clients:write',
) {
  const username = `admin ${randomUUID().slice(0, 8)}`
  await register(app, username)
  await change(`update users set scopes = '${scope}' where username = '${username}'`)
  const response = await signIn(app, username, { scope: `account ${scope}` })
  return response.json<TokenResponse>().access_token
}

/** Registers a confidential client. @returns its id, its secret and its authorization header */
export async function registerClient(app: FastifyInstance, token: string, client: object) {
  const response = await app.inject({
    method: 'POST',
    url: '/auth/clients',
    headers: { authorization: `Bearer ${token}` },
    payload: { client_name: 'a client', ...client },
  })
  const { client_id: id, client_secret: secret } = response.json<{ client_id: string; client_secret: string }>()
  return { id, secret, authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }
}

export function postForm(
  app: FastifyInstance,
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) {
  return app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(fields).toString(),
  })
}

/** Encodes fields as a browser sends `FormData`. */
export async function multipartOf(fields: Record<string, string>) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  const request = new Request('http://localhost', { method: 'POST', body: form })
  return {
    headers: { 'content-type': request.headers.get('content-type') ?? '' },
    payload: Buffer.from(await request.arrayBuffer()),
  }
}

export function getMe(app: FastifyInstance, token: string, url = '/auth/users/me') {
  return app.inject({ url, headers: { authorization: `Bearer ${token}` } })
}
