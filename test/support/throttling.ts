/* Sign-ins from given networks, and the resulting counts. */
import { createHook } from 'node:async_hooks'
import { EventEmitter, once } from 'node:events'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildWithSql, register, secretFor, type DatabaseKind, type TokenResponse } from './build.ts'

/** The default limits. Other tests use higher ones. */
export const usualLimits = {
  SIGN_IN_ATTEMPTS: '5',
  SIGN_IN_FAILURES_PER_HOUR: '100',
  REGISTRATIONS_PER_HOUR: '60',
  MAIL_REQUESTS_PER_HOUR: '60',
}

export type GuardedService = Awaited<ReturnType<typeof buildGuarded>>

/** A service with the default limits, over a database that the test can read. */
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
    /** Registers users with verified addresses and deletes the counts that this caused. */
    async people(...names: string[]) {
      for (const name of names) await register(app, name, { email: `${name}@example.com` })
      await change('update users set email_verified = 1')
      await change('delete from throttles')
      await change('delete from known_networks')
    },
    /** The counts that are not 0. */
    counts: async () =>
      (await rows('select count from throttles where count > 0 order by count')).map(({ count }) => Number(count)),
    /** The events of one kind in the audit log. */
    events: async (name: string) =>
      (await rows(`select * from events where event = '${name}' order by id`)).map(toEvent),
    /** Disables a user, as an administrator does. */
    disable: (username: string) => change(`update users set disabled = 1 where username = '${username}'`),
  }
}

function toEvent({ outcome, user_id: userId, address, details }: Record<string, unknown>) {
  const parsed: Record<string, unknown> = JSON.parse(String(details))
  return { outcome, userId, address, details: parsed }
}

/** Addresses in three unrelated networks. */
export const home = '203.0.113.7'
export const abroad = '198.51.100.9'
export const elsewhere = '192.0.2.33'

/** Addresses in networks unrelated to each other. */
export const addressOf = (index: number) => `10.${Math.floor(index / 250)}.${index % 250}.1`

export interface SignedIn extends TokenResponse {
  device_token: string
}

interface Answer {
  statusCode: number
  body: string
}

/** Signs in, by default with the password `secretFor(username)`. */
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

/** Guesses sequentially. @returns the status of each */
export async function guess(app: FastifyInstance, remoteAddress: string, username: string, times: number) {
  const statuses: number[] = []
  for (let time = 0; time < times; time++) statuses.push((await guessFrom(app, remoteAddress, username)).statusCode)
  return statuses
}

/** Locks an account to strangers by a hundred failures in a row from a hundred networks. */
export async function lockOut(app: FastifyInstance, username: string) {
  await Promise.all(Array.from({ length: 100 }, (_, index) => guessFrom(app, addressOf(index), username)))
}

/** The statuses of responses in order. */
export const statusesOf = async (answers: PromiseLike<{ statusCode: number }>[]) =>
  (await Promise.all(answers)).map(({ statusCode }) => statusCode)

/** Counts the responses of each status. */
export async function tally(answers: PromiseLike<{ statusCode: number }>[]) {
  const counts: Record<number, number> = {}
  for (const status of await statusesOf(answers)) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** The response to a throttled request. @param seconds as in `Retry-After` */
export function slowDown(seconds: number) {
  const detail = `Too many attempts. Wait ${seconds === 1 ? 'a second' : `${seconds} seconds`}, then try again.`
  return {
    statusCode: 429,
    retryAfter: String(seconds),
    body: { error: 'slow_down', error_description: detail, detail, code: 'slow_down' },
  }
}

/** A response in a form to be compared with `slowDown`. */
export function waitOf({ statusCode, headers, body }: Answer & { headers: Record<string, unknown> }) {
  return { statusCode, retryAfter: headers['retry-after'], body: JSON.parse(body) }
}

/** Counts the hashes that argon2 starts from now on, and those that run at once. */
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
    /** Waits until `count` hashes in total have started. */
    async untilBegun(count: number) {
      while (counts.begun < count) await once(changes, 'change')
    },
    /** Waits until no hash is running. */
    async untilIdle() {
      while (running.size > 0) await once(changes, 'change')
    },
  }
}
