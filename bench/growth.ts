import { randomBytes } from 'node:crypto'
import { chmod, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import argon2 from 'argon2'
import Fastify from 'fastify'
import { queryPostgres } from '../scripts/query-postgres.ts'
import { startPostgres } from '../scripts/testing/postgres.ts'
import latchkey from '../src/plugin.ts'
import { cheapHashes, signInForm } from './crowd.ts'
import { databaseIn, openDatabase } from './database.ts'
import { filledName, fillDatabase, type Sizes } from './fill.ts'
import { form } from './forms.ts'
import { cpuTimeOf, type Service, startService } from './processes.ts'
import { figure, median, type Part, percentile, verdict } from './report.ts'

const small: Sizes = { users: 1_000, sessions: 5_000, events: 5_000 }

/** Each request is sent this often to each database, in turn. */
const rounds = 100
const warmUpRounds = 10
const cleaningRounds = 5
/** In each round. The small database has enough sessions for all rounds. */
const expiredSessions = 900
const maxHotRatio = 1.25
const maxPageMs = 20
const password = 'correct horse battery staple'

/** A service over a filled database. */
interface Filled {
  service: Service
  /** Runs a statement on the database. @returns its rows */
  query: (statement: string) => Promise<object[]>
  /** Deletes expired rows. @returns the time that it took, in milliseconds */
  clean: () => Promise<number>
  sizes: Sizes
  stop: () => Promise<void>
}

interface Measure {
  /** Takes one measurement. @returns the time in milliseconds */
  take: (round: number) => Promise<number>
  /** The process that does the work. */
  pid: number
  /** Whether every user does it. */
  isHot: boolean
}

/**
 * Measures the service over a database with a thousand users and over one with many, in turn.
 * @param sizes of the large database
 */
export async function measureGrowth(folder: string, sizes: Sizes): Promise<Part> {
  await mkdir(folder, { recursive: true })
  // PostgreSQL refuses to run as root, and its own user must be able to reach its data.
  for (const path of [dirname(folder), folder]) await chmod(path, 0o711)
  const server = await startPostgres(join(folder, 'postgres'))
  const parts: Part[] = []
  try {
    for (const kind of ['SQLite', 'PostgreSQL']) {
      const open = async (name: string, sizes: Sizes) => {
        const dataDir = join(folder, `${kind}-${name}`)
        await mkdir(dataDir)
        const url = kind === 'SQLite' ? `file:${databaseIn(dataDir)}` : await createDatabase(server.url, name)
        const begin = performance.now()
        await fillDatabase({ url, passwordHash: await cheapHash(), ...sizes })
        console.log(`${kind} ${name}: filled in ${figure((performance.now() - begin) / 1000)} s`)
        return openFilled(dataDir, url, sizes)
      }
      const few = await open('small', small)
      const many = await open('large', sizes)
      parts.push(await compare(kind, few, many))
      await Promise.all([few.stop(), many.stop()])
    }
  } finally {
    await server.stop()
  }
  return { verdicts: parts.flatMap(({ verdicts }) => verdicts) }
}

async function compare(kind: string, few: Filled, many: Filled): Promise<Part> {
  const measures = await Promise.all([measuresOf(few), measuresOf(many)])
  const verdicts: string[][] = []
  for (const [name, ofFew] of Object.entries(measures[0])) {
    const ofMany = measures[1][name] ?? ofFew
    const times: [number[], number[]] = [[], []]
    const cpu: [number, number] = [0, 0]
    const count = name === 'cleaning' ? cleaningRounds : rounds
    for (let round = name === 'cleaning' ? 0 : -warmUpRounds; round < count; round++) {
      // They take turns in going first.
      for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const at = index === 0 ? 0 : 1
        const { take, pid } = index === 0 ? ofFew : ofMany
        const before = await cpuTimeOf(pid)
        const took = await take(round + warmUpRounds)
        const after = await cpuTimeOf(pid)
        if (round < 0) continue
        times[at].push(took)
        cpu[at] += after.user + after.system - before.user - before.system
      }
    }
    const [fewMs, manyMs] = [median(times[0]), median(times[1])]
    const isMet = ofFew.isHot ? manyMs / fewMs <= maxHotRatio : manyMs - fewMs <= maxPageMs
    // The CPU time of the service, which the noise of the machine affects less.
    const describe = (at: 0 | 1) => {
      const p95 = figure(percentile(times[at], 0.95))
      return `${figure(median(times[at]))} ms (p95 ${p95}, CPU ${figure(cpu[at] / count / 1000)})`
    }
    verdicts.push([
      `${kind}, ${name}`,
      describe(1),
      `${figure(small.users)} users: ${describe(0)}`,
      (manyMs / fewMs).toFixed(2),
      ofFew.isHot ? `≤ ${maxHotRatio}` : `≤ ${maxPageMs} ms more`,
      verdict(isMet),
    ])
    console.log(verdicts.at(-1)?.join(' | '))
  }
  return { verdicts }
}

async function measuresOf(filled: Filled): Promise<Record<string, Measure>> {
  const { service, sizes, query, clean } = filled
  const send = async (path: string, request: RequestInit = {}) => {
    const begin = performance.now()
    const response = await fetch(`${service.url}${path}`, request)
    const body = await response.text()
    const took = performance.now() - begin
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${body}`)
    return { took, json: JSON.parse(body) }
  }
  const signIn = (index: number, more: Record<string, string> = {}) => {
    const { path, ...request } = signInForm(filledName(index), more)
    // Each user has a network of their own.
    return send(path, {
      ...request,
      headers: { ...request.headers, 'x-forwarded-for': `21.0.${index >> 8}.${index & 255}` },
    })
  }
  const { json: admin } = await signIn(0, { scope: 'account users:read audit:read' })
  const authorization = { headers: { authorization: `Bearer ${admin.access_token}` } }
  const get = (path: string) => async () => (await send(`/auth${path}`, authorization)).took

  // The user whose sessions are refreshed is in the middle of the table.
  let { json: tokens } = await signIn(Math.floor(sizes.users / 2))
  let cursor = ''
  for (let page = 1; page < 100; page++) {
    const { json } = await send(`/auth/users?limit=10${cursor}`, authorization)
    cursor = `&cursor=${json.next ?? ''}`
    if (json.next === null) throw new Error('There are too few users.')
  }
  const { pid } = service
  const hot = (take: Measure['take']) => ({ take, pid, isHot: true })
  const page = (path: string) => ({ take: get(path), pid, isHot: false })
  // No other user's name contains this one's.
  const name = filledName(Math.floor(sizes.users / 3))
  return {
    'sign-in': hot(async (round) => (await signIn(Math.floor(((round + 1) * sizes.users) / (rounds + 20)))).took),
    refresh: hot(async () => {
      const { path, ...request } = form('/auth/token', {
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token,
      })
      const { took, json } = await send(path, request)
      tokens = json
      return took
    }),
    'users/me': hot(get('/users/me')),
    'first page of users': page('/users?limit=10'),
    'hundredth page of users': page(`/users?limit=10${cursor}`),
    'search for a name': page(`/users?limit=10&search=${name}`),
    'search for a part of most addresses': page('/users?limit=10&search=example'),
    'search for nothing': page('/users?limit=10&search=no%20such%20user'),
    'search for two characters': page('/users?limit=10&search=ad'),
    administrators: page('/users?limit=10&scope=users:write'),
    'users with a scope': page('/users?limit=10&scope=reports:read'),
    'disabled users': page('/users?limit=10&disabled=true'),
    'locked users': page('/users?limit=10&locked=true'),
    'users who have not signed in for two years': page('/users?limit=10&signed_in_until=2020-01-01T00:00:00Z'),
    'first page of events': page('/events?limit=10'),
    'failures in the events': page('/events?limit=10&outcome=failure'),
    'events of a network': page('/events?limit=10&address=20.0.1.0/24'),
    cleaning: {
      pid: process.pid,
      isHot: true,
      async take() {
        const oldest = `select id from sessions order by id limit ${expiredSessions}`
        const expired = await query(`update sessions set expires_at = 1 where id in (${oldest}) returning id`)
        if (expired.length !== expiredSessions) throw new Error('There are too few sessions.')
        return clean()
      },
    },
  }
}

async function openFilled(dataDir: string, url: string, sizes: Sizes): Promise<Filled> {
  const masterKey = randomBytes(32).toString('base64url')
  const service = await startService(dataDir, {
    ...cheapHashes,
    DATABASE_URL: url,
    MASTER_KEY: masterKey,
    LOG_LEVEL: 'warn',
    TRUST_PROXY: '127.0.0.1',
  })
  const app = Fastify()
  const publicUrl = 'http://localhost:3000'
  const timing = { hasTimers: false }
  await app.register(latchkey, { prefix: '/auth', dataDir, databaseUrl: url, masterKey, publicUrl, timing })
  await app.ready()
  return {
    service,
    sizes,
    query: (statement) => query(dataDir, url, statement),
    async clean() {
      const begin = performance.now()
      await app.latchkey.housekeep()
      return performance.now() - begin
    },
    async stop() {
      await app.close()
      await service.stop()
    },
  }
}

async function query(dataDir: string, url: string, statement: string): Promise<object[]> {
  if (!url.startsWith('file:')) return queryPostgres(url, statement)
  const database = openDatabase(dataDir)
  try {
    return database.prepare<[], object>(statement).all()
  } finally {
    database.close()
  }
}

async function createDatabase(server: string, name: string) {
  await queryPostgres(server, `create database growth_${name}`)
  return Object.assign(new URL(server), { pathname: `growth_${name}` }).href
}

function cheapHash() {
  return argon2.hash(password, {
    memoryCost: Number(cheapHashes.ARGON2_MEMORY_KIB),
    timeCost: Number(cheapHashes.ARGON2_TIME),
    parallelism: 1,
  })
}
