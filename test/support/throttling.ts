/* What the tests of guesses do: try passwords from somewhere, and look at what was counted. */
import { createHook } from 'node:async_hooks'
import { EventEmitter, once } from 'node:events'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildWithSql, register, secretFor, type DatabaseKind, type TokenResponse } from './build.ts'

/** The limits as they are by default, which those of the other tests are not. */
export const usualLimits = {
  SIGN_IN_ATTEMPTS: '5',
  SIGN_IN_FAILURES_PER_HOUR: '100',
  REGISTRATIONS_PER_HOUR: '60',
  MAIL_REQUESTS_PER_HOUR: '60',
}

export type GuardedService = Awaited<ReturnType<typeof buildGuarded>>

/** A service that keeps count as it does by default, over a database into which the test can see. */
export async function buildGuarded(
  t: Test,
  database: DatabaseKind,
  environment: NodeJS.ProcessEnv = {},
  surroundings: Parameters<typeof buildWithSql>[3] = {},
) {
  const built = await buildWithSql(t, database, { ...usualLimits, ...environment }, surroundings)
  const { app, change, rows } = built
  return {
    ...built,
    /** People with accounts, of whose registration nothing is counted any more. */
    async people(...names: string[]) {
      for (const name of names) await register(app, name, { email: `${name}@example.com` })
      await change('update users set email_verified = 1')
      await change('delete from throttles')
    },
    /** How often each thing has been counted that has been. */
    counts: async () =>
      (await rows('select count from throttles where count > 0 order by count')).map(({ count }) => Number(count)),
    /** What the audit log holds of a kind. */
    events: async (name: string) =>
      (await rows(`select * from events where event = '${name}' order by id`)).map(toEvent),
    /** An account is as an administrator could have made it. */
    disable: (username: string) => change(`update users set disabled = 1 where username = '${username}'`),
  }
}

function toEvent({ outcome, user_id: userId, address, details }: Record<string, unknown>) {
  const parsed: Record<string, unknown> = JSON.parse(String(details))
  return { outcome, userId, address, details: parsed }
}

/** Where people are, in three networks that have nothing in common. */
export const home = '203.0.113.7'
export const abroad = '198.51.100.9'
export const elsewhere = '192.0.2.33'

/** Addresses none of which is in a network of another. */
export const addressOf = (index: number) => `10.${Math.floor(index / 250)}.${index % 250}.1`

export interface SignedIn extends TokenResponse {
  device_token: string
}

interface Answer {
  statusCode: number
  body: string
}

/** With the password `secretFor(username)`, unless another is given. */
export function signInFrom(
  app: FastifyInstance,
  remoteAddress: string,
  username: string,
  more: Record<string, string> = {},
  headers: Record<string, string> = {},
) {
  return app.inject({
    method: 'POST',
    url: '/auth/token',
    remoteAddress,
    headers,
    payload: { username, password: secretFor(username), ...more },
  })
}

export function guessFrom(
  app: FastifyInstance,
  remoteAddress: string,
  username: string,
  more: Record<string, string> = {},
) {
  return signInFrom(app, remoteAddress, username, { password: secretFor('wrong'), ...more })
}

/** So many one after the other. @returns the status of each */
export async function guess(app: FastifyInstance, remoteAddress: string, username: string, times: number) {
  const statuses: number[] = []
  for (let time = 0; time < times; time++) statuses.push((await guessFrom(app, remoteAddress, username)).statusCode)
  return statuses
}

/** A hundred in a row, from a hundred networks. */
export async function shut(app: FastifyInstance, username: string) {
  await Promise.all(Array.from({ length: 100 }, (_, index) => guessFrom(app, addressOf(index), username)))
}

/** Statuses as they come. */
export const statusesOf = async (answers: PromiseLike<{ statusCode: number }>[]) =>
  (await Promise.all(answers)).map(({ statusCode }) => statusCode)

/** How many there are of each status. */
export async function tally(answers: PromiseLike<{ statusCode: number }>[]) {
  const counts: Record<number, number> = {}
  for (const status of await statusesOf(answers)) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** What everybody gets who has to wait; seconds are as in `Retry-After`. */
export function slowDown(seconds: number) {
  const detail = `Too many attempts. Wait ${seconds === 1 ? 'a second' : `${seconds} seconds`}, then try again.`
  return {
    statusCode: 429,
    retryAfter: String(seconds),
    body: { error: 'slow_down', error_description: detail, detail, code: 'slow_down' },
  }
}

/** An answer, to be compared with `slowDown`. */
export function waitOf({ statusCode, headers, body }: Answer & { headers: Record<string, unknown> }) {
  return { statusCode, retryAfter: headers['retry-after'], body: JSON.parse(body) }
}

/** Counts the hashes that argon2 begins from now on, and those that run at once. */
export function watchHashes(t: Test) {
  const running = new Set<number>()
  const changes = new EventEmitter()
  const counts = { begun: 0, mostAtOnce: 0 }
  const hook = createHook({
    init(id, type) {
      if (type !== 'argon2:HashWorker') return
      counts.begun++
      counts.mostAtOnce = Math.max(counts.mostAtOnce, running.add(id).size)
      changes.emit('change')
    },
    before: (id) => {
      if (running.delete(id)) changes.emit('change')
    },
  }).enable()
  t.teardown(() => hook.disable())
  return {
    begun: () => counts.begun,
    mostAtOnce: () => counts.mostAtOnce,
    running: () => running.size,
    /** Waits until hashes have begun, `count` in all. */
    async untilBegun(count: number) {
      while (counts.begun < count) await once(changes, 'change')
    },
    /** Waits until no hash runs. */
    async untilIdle() {
      while (running.size > 0) await once(changes, 'change')
    },
  }
}
