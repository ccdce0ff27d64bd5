/* Refreshes tokens, and reads the rows and logged events of their sessions. */
import type { FastifyInstance } from 'fastify'
import type { Selectable } from 'kysely'
import type { Test } from 'tap'
import type { SessionsTable } from '../../src/store/schema.ts'
import { createMasterKey } from '../../src/keys/master-key.ts'
import { createRefreshTokens } from '../../src/tokens/refresh-tokens.ts'
import {
  build,
  getMe,
  query,
  refresh,
  register,
  secretFor,
  signIn,
  type DatabaseKind,
  type TokenResponse,
} from './build.ts'
import { masterKey, placeOf, type Place } from './forged-tokens.ts'

/** A row as stored in the database. */
export type SessionRow = Selectable<SessionsTable>

/** The response to every invalid refresh token. */
export const invalidGrant = {
  statusCode: 400,
  cacheControl: 'no-store',
  authenticate: undefined,
  body: {
    error: 'invalid_grant',
    error_description: 'The refresh token is invalid or its session has ended. Sign in again.',
    detail: 'The refresh token is invalid or its session has ended. Sign in again.',
    code: 'invalid_grant',
  },
}

type Response = Awaited<ReturnType<typeof refresh>>

/** The parts of a response that `invalidGrant` compares. */
export function summaryOf({ statusCode, headers, body }: Response) {
  return {
    statusCode,
    cacheControl: headers['cache-control'],
    authenticate: headers['www-authenticate'],
    body: JSON.parse(body),
  }
}

/** A service in which ada is registered, over a database that the test can read. */
export async function openSessions(t: Test, database: DatabaseKind, environment: NodeJS.ProcessEnv = {}) {
  const built = await reopenSessions(t, await placeOf(t, database), environment)
  await register(built.app, 'ada')
  return built
}

/** Like `openSessions`, over an existing database. */
export async function reopenSessions(t: Test, place: Place, environment: NodeJS.ProcessEnv = {}) {
  const { app, clock, lines } = await build(t, { environment: { ...place, ...environment } })
  const run = (statement: string) => query(place.DATABASE_URL, statement)
  const rows = async () =>
    (await query<SessionRow>(place.DATABASE_URL, 'select * from sessions order by id')).map(withNumbers)

  return {
    app,
    clock,
    lines,
    place,
    run,
    /** All sessions. */
    rows,

    /** The only session. */
    row: async () => {
      const [only, ...others] = await rows()
      if (only === undefined || others.length > 0) throw new Error('There is not one session.')
      return only
    },

    /** Signs ada in. */
    signIn: async (more: Record<string, string> = {}) => (await signIn(app, 'ada', more)).json<TokenResponse>(),
  }
}

/** PostgreSQL returns a BIGINT as text. */
function withNumbers(row: SessionRow): SessionRow {
  return {
    ...row,
    generation: Number(row.generation),
    rotated_at: Number(row.rotated_at),
    created_at: Number(row.created_at),
    used_at: Number(row.used_at),
    expires_at: Number(row.expires_at),
  }
}

/** Refreshes and asserts success. */
export async function refreshed(t: Test, app: FastifyInstance, token: string, more: Record<string, string> = {}) {
  const response = await refresh(app, token, more)
  t.equal(response.statusCode, 200, 'refreshed')
  return response.json<TokenResponse>()
}

/** Refreshes from another address. */
export function refreshFrom(app: FastifyInstance, remoteAddress: string, token: string, headers = {}) {
  return app.inject({
    method: 'POST',
    url: '/auth/token',
    remoteAddress,
    headers,
    payload: { grant_type: 'refresh_token', refresh_token: token },
  })
}

/** Asserts that each token is rejected like any other invalid one. */
export async function isRefused(t: Test, app: FastifyInstance, tokens: Record<string, string>) {
  for (const [name, token] of Object.entries(tokens)) {
    t.strictSame(summaryOf(await refresh(app, token)), invalidGrant, name)
  }
}

/** The status of a request with each access token. */
export const statusesOf = (app: FastifyInstance, tokens: string[]) =>
  Promise.all(tokens.map(async (token) => (await getMe(app, token)).statusCode))

/** The security events in a log. */
export function eventsIn(lines: string[]) {
  return lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'security event')
}

/** Refresh tokens with the key of the service. */
export const tokensOfService = createRefreshTokens({ masterKey: createMasterKey(masterKey) })

/** Refresh tokens with another key, as an attacker would make them. */
export const tokensOfStranger = createRefreshTokens({ masterKey: createMasterKey(secretFor('another key')) })
