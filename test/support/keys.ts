/* The published keys, and third-party services that verify tokens with them. */
import type { FastifyInstance } from 'fastify'
import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify, type JWK } from 'jose'
import { administrator, hour, minute, query, second, signIn, testEnvironment, type Clock } from './build.ts'

/** Milliseconds for which others may cache the published keys. */
export const maxAge = 600 * second

/** Milliseconds for which a key stays after its last token expires, which covers wrong clocks, plus a minute. */
export const kept = 2 * hour + minute

const issuer = `${testEnvironment.PUBLIC_URL}/auth`

/** Sets the clock. @param time milliseconds since the epoch */
export function moveTo(clock: Clock, time: number) {
  clock.advance(time - clock.now())
}

/** The public key set and its `max-age` in milliseconds. */
export async function getJwks(app: FastifyInstance) {
  const response = await app.inject({ url: '/auth/jwks.json' })
  const [, seconds] = /max-age=(\d+)/.exec(String(response.headers['cache-control'])) ?? []
  return { ...response.json<{ keys: JWK[] }>(), maxAge: Number(seconds) * second }
}

export async function publishedKids(app: FastifyInstance) {
  const { keys } = await getJwks(app)
  return keys.map(({ kid }) => kid)
}

/** Signs ada in. @returns the access token */
export async function newToken(app: FastifyInstance) {
  const response = await signIn(app, 'ada')
  return response.json<{ access_token: string }>().access_token
}

export function kidOf(token: string) {
  return decodeProtectedHeader(token).kid
}

export interface KeyRow {
  kid: string
  generation: number
  alg: string
  private_sealed: string
  created_at: number
  signs_at: number
}

/** The keys in the database, oldest first. */
export async function keyRows(databaseUrl: string): Promise<KeyRow[]> {
  const rows = await query<KeyRow>(databaseUrl, 'select * from signing_keys order by generation')
  // PostgreSQL returns a BIGINT as text.
  return rows.map((row) => ({ ...row, created_at: Number(row.created_at), signs_at: Number(row.signs_at) }))
}

/** Rotates the keys as an administrator. */
export async function rotate(app: FastifyInstance, databaseUrl: string, body: { now?: boolean } = {}) {
  const token = await administrator(
    app,
    async (statement) => {
      await query(databaseUrl, statement)
    },
    'keys:write',
  )
  return app.inject({
    method: 'POST',
    url: '/auth/keys/rotate',
    headers: { authorization: `Bearer ${token}` },
    payload: body,
  })
}

/**
 * A third-party service that verifies tokens with its own library. It caches the published keys for as long as allowed
 * and fetches none in the meantime.
 */
export function createVerifier(app: FastifyInstance, clock: Clock) {
  let keySet = createLocalJWKSet({ keys: [] })
  let staleAt = -Infinity

  return async (token: string) => {
    if (clock.now() >= staleAt) {
      const { keys, maxAge } = await getJwks(app)
      keySet = createLocalJWKSet({ keys })
      staleAt = clock.now() + maxAge
    }
    return verdictOn(token, keySet, clock.now())
  }
}

/** Verifies a token with the keys published now. @returns `good` or the code of jose's error */
export async function verifyWithJwks(app: FastifyInstance, clock: Clock, token: string) {
  return verdictOn(token, createLocalJWKSet(await getJwks(app)), clock.now())
}

async function verdictOn(token: string, keySet: ReturnType<typeof createLocalJWKSet>, time: number) {
  try {
    await jwtVerify(token, keySet, { issuer, audience: issuer, typ: 'at+jwt', currentDate: new Date(time) })
    return 'good'
  } catch (error) {
    if (error instanceof errors.JOSEError) return error.code
    throw error
  }
}

export const unknownKid = 'ERR_JWKS_NO_MATCHING_KEY'

/** The number of events of this name in the log. */
export function countEvents(lines: string[], event: string) {
  return lines.filter((line) => line.includes(`"event":"${event}"`)).length
}
