import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  headersOfNetwork,
  inTurns,
  peopleOnOwnNetworks,
  type Person,
  registerPeople,
  signIn,
  signInOf,
} from './crowd.ts'
import type { ProxyJob, ProxyQuestion } from './delay-proxy.ts'
import { measureRoundTripMs, type Postgres } from './postgres.ts'
import { cpuTimeOf, startHelper, startService } from './processes.ts'
import type { WireRequest } from './wire.ts'

/** The delay in each direction between an instance and PostgreSQL, where a measurement adds one, in milliseconds. */
export const delayMs = 5

/** A network that no person has as their own. */
export const sharedNetwork = headersOfNetwork(0xffff)

/** Users in a PostgreSQL database. Each has signed in from a network of their own and from the shared one. */
export interface PostgresCrowd {
  databaseUrl: string
  /** The settings that all instances share. */
  settings: NodeJS.ProcessEnv
  people: Person[]
  /** The tokens of one session of each user. */
  tokens: { access_token: string; refresh_token: string }[]
}

/**
 * Creates a database with users.
 * @param name the name of the database, and of the folders in `folder`
 * @param settings those that all instances share, such as the hashing cost
 */
export async function createPostgresCrowd(
  postgres: Postgres,
  folder: string,
  name: string,
  size: number,
  settings: NodeJS.ProcessEnv,
): Promise<PostgresCrowd> {
  const crowd: PostgresCrowd = {
    databaseUrl: await postgres.createDatabase(name),
    settings: {
      MASTER_KEY: randomBytes(32).toString('base64url'),
      TRUST_PROXY: '127.0.0.1',
      LOG_LEVEL: 'warn',
      ACCESS_TOKEN_EXPIRE_MINUTES: '1440',
      ...settings,
    },
    people: peopleOnOwnNetworks(size),
    tokens: [],
  }
  const fleet = await startFleet(crowd, join(folder, name), { instances: 1, delayMs: 0 })
  const [service] = fleet.services
  if (service === undefined) throw new Error('There is no instance.')
  await registerPeople(service, crowd.people)
  await inTurns(crowd.people, ({ username }) => signIn(service, username, sharedNetwork))
  await inTurns(crowd.people, async ({ username, headers }) => {
    crowd.tokens.push(await signIn(service, username, headers))
  })
  await fleet.stop()
  return crowd
}

export type Fleet = Awaited<ReturnType<typeof startFleet>>

/** Starts instances on the database of a crowd. The delay is the one in each direction, in milliseconds. */
export async function startFleet(
  { databaseUrl, settings }: PostgresCrowd,
  folder: string,
  { instances, delayMs, more = {} }: { instances: number; delayMs: number; more?: NodeJS.ProcessEnv },
) {
  const proxy = delayMs === 0 ? undefined : await startDelayProxy(databaseUrl, delayMs)
  const url = proxy?.url ?? databaseUrl
  const services: Awaited<ReturnType<typeof startService>>[] = []
  for (let count = 0; count < instances; count++) {
    services.push(await startService(join(folder, String(count)), { ...settings, ...more, DATABASE_URL: url }))
  }
  return {
    services,
    urls: services.map((service) => service.url),
    /** The time of one query on an idle database, in milliseconds. */
    queryMs: await measureRoundTripMs(url),
    /** The CPU time of all instances so far, in milliseconds. */
    async cpuMs() {
      const times = await Promise.all(services.map(({ pid }) => cpuTimeOf(pid)))
      return times.reduce((sum, { user, system }) => sum + (user + system) / 1000, 0)
    },
    /** The CPU time of the proxy so far, in milliseconds. */
    async proxyCpuMs() {
      if (proxy === undefined) return 0
      const { user, system } = await cpuTimeOf(proxy.pid)
      return (user + system) / 1000
    },
    /** The round trips to PostgreSQL so far; NaN without a delay. */
    roundTrips: async () => proxy?.roundTrips() ?? NaN,
    /** The messages of warnings and errors in the logs so far, with their number. */
    async warnings(): Promise<Map<string, number>> {
      const counts = new Map<string, number>()
      for (let count = 0; count < instances; count++) {
        const log = await readFile(join(folder, String(count), 'log'), 'utf8')
        // The last line may not be complete yet.
        for (const line of log.split('\n').slice(0, -1)) {
          const { level, msg }: { level: number; msg: string } = JSON.parse(line)
          if (level >= 40) counts.set(msg, (counts.get(msg) ?? 0) + 1)
        }
      }
      return counts
    },
    stop: () => Promise.all([...services, ...(proxy === undefined ? [] : [proxy])].map((process) => process.stop())),
  }
}

async function startDelayProxy(databaseUrl: string, delayMs: number) {
  const { hostname, port } = new URL(databaseUrl)
  const helper = startHelper('delay-proxy.ts')
  const ownPort = await helper.ask<number>({ host: hostname, port: Number(port), delayMs } satisfies ProxyJob)
  return {
    pid: helper.pid,
    url: Object.assign(new URL(databaseUrl), { port: String(ownPort) }).href,
    roundTrips: () => helper.ask<number>({ want: 'round trips' } satisfies ProxyQuestion),
    stop: helper.stop,
  }
}

/** The sign-ins of all users, each from a network of their own. */
export function signInsFromOwnNetworks({ people }: PostgresCrowd): WireRequest[] {
  return people.map(signInOf)
}

/** The sign-ins of all users from one address. */
export function signInsFromSharedAddress({ people }: PostgresCrowd): WireRequest[] {
  return people.map(({ username }) => signInOf({ username, headers: sharedNetwork }))
}

/** Requests to `GET /auth/users/me`, each with the token of another user. */
export function requestsForMe(tokens: PostgresCrowd['tokens']): WireRequest[] {
  return tokens.map(({ access_token: token }) => ({
    path: '/auth/users/me',
    headers: { authorization: `Bearer ${token}` },
  }))
}
