import { cp, readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { readArgon2Build } from '../src/passwords/index.ts'
import { peopleOnOwnNetworks, type Person, registerPeople, signIn, signInOf } from './crowd.ts'
import {
  forgetPeakMemoryOf,
  peakMemoryOf,
  residentMemoryOf,
  type Service,
  startHelper,
  startService,
} from './processes.ts'
import { figure, type Part, percentile, timeAt, verdict } from './report.ts'
import { signInsBesideHashes } from './sign-in.ts'
import type { Asked, OpenStream, StreamJob } from './streams.ts'

const users = 1000
const signedIn = 20
const atOnce = 8

/** The load during the storm, as a multiple of the capacity. */
const overloadFactor = 5
const seconds = 60
const hangUpSeconds = 20
/** Impatient clients close the connection after this long, in milliseconds. */
const patience = 50

/** The requests per second to `users/me` during the storm, and the seconds before and after it. */
const steadyRate = 200
const idleSeconds = 10
const secondsAfter = 8
/** The seconds after the storm within which response times must return to normal. */
const recoverySeconds = 3

const mebibyte = 2 ** 20
const concurrency = availableParallelism()
const mostMemory = (atRest: number) => atRest + (concurrency * 19 + 50) * mebibyte

/** The argon2 build to measure, and the variables that make Node load it. */
interface Build {
  name: string
  environment: NodeJS.ProcessEnv
}

/** Measures sign-ins far beyond capacity, with each user on a network of their own, while other requests continue. */
export async function measureStorm(folder: string): Promise<Part> {
  const people = peopleOnOwnNetworks(users)
  const registered = join(folder, 'registered')
  await registerAll(registered, people)
  const parts: Part[] = []
  for (const [index, build] of (await findBuilds()).entries()) {
    const dataDir = join(folder, String(index))
    await cp(registered, dataDir, { recursive: true })
    parts.push(await measureBuild(dataDir, people, build))
  }
  return { verdicts: parts.flatMap((part) => part.verdicts), details: parts.flatMap((part) => part.details ?? []) }
}

/** Finds the prebuilt argon2 binary, and the one from `npm run build:argon2` if there is one. */
async function findBuilds(): Promise<Build[]> {
  const { builtFor } = await readArgon2Build()
  // This variable is read by node-gyp-build, which loads the binary of argon2.
  const usual = { name: 'argon2 as installed', environment: { PREBUILDS_ONLY: '1' } }
  if (builtFor === undefined) console.log('npm run build:argon2 first, and the same is measured with that one beside.')
  return builtFor === undefined ? [usual] : [usual, { name: `argon2 built for ${builtFor}`, environment: {} }]
}

async function measureBuild(dataDir: string, people: Person[], { name, environment }: Build): Promise<Part> {
  const requests = people.map(signInOf)
  // The queue is long, so that no sign-in is rejected while the capacity is measured, even on a busy machine.
  const patient = await startStormy(dataDir, { ...environment, LOG_LEVEL: 'warn', HASH_QUEUE_MS: '60000' })
  const usual = await signInsBesideHashes(patient, requests.slice(0, atOnce), environment)
  await patient.stop()
  const perSecond = Math.round(overloadFactor * usual.perSecond)

  const generator = startHelper('streams.ts')
  const run = (service: Service, ...streams: OpenStream[]) =>
    generator.ask<Asked[][]>({ urls: [service.url], streams } satisfies StreamJob)
  const service = await startStormy(dataDir, { ...environment, LOG_LEVEL: 'warn' })
  const atRest = await residentMemoryOf(service.pid)
  const me = await requestsForMe(service, people.slice(0, signedIn))
  const steady = (seconds: number): OpenStream => ({ perSecond: steadyRate, seconds, requests: me })

  const [idle = []] = await run(service, steady(idleSeconds))
  await forgetPeakMemoryOf(service.pid)
  const [signIns = [], beside = []] = await run(
    service,
    { perSecond, seconds, requests },
    steady(seconds + secondsAfter),
  )
  const peak = await peakMemoryOf(service.pid)
  await service.stop()

  const talkative = await startStormy(dataDir, { ...environment, LOG_LEVEL: 'debug' })
  await run(talkative, { perSecond, seconds: hangUpSeconds, requests, patience })
  await Promise.all([talkative.stop(), generator.stop()])
  const maxRunning = await maxRunningOf(dataDir)

  const of = (status: number) => signIns.filter((asked) => asked.status === status)
  const goodput = of(200).filter(({ due, late, took }) => due + late + took <= seconds * 1000).length / seconds
  const within = (from: number, to: number) => beside.filter(({ due }) => due >= from * 1000 && due < to * 1000)
  const idleMe = p99(idle)
  const besideIdle = (what: string, asked: Asked[], most: number) => {
    const ratio = p99(asked) / idleMe
    return [
      what,
      `${figure(p99(asked))} ms`,
      `at idle ${figure(idleMe)} ms`,
      ratio.toFixed(2),
      `≤ ${most}`,
      verdict(ratio <= most),
    ]
  }
  const bounded = (what: string, value: number, most: number, unit: string) => [
    what,
    `${figure(value)}${unit}`,
    '',
    '',
    `≤ ${figure(most)}${unit}`,
    verdict(value <= most),
  ]
  const others = signIns.length - of(200).length - of(503).length
  return {
    verdicts: [
      usual.verdict(`Sign-ins, ${atOnce} at once, ${name}`),
      [
        `Storm of ${figure(perSecond)} sign-ins a second for ${seconds} s, ${name}: accepted`,
        `${figure(goodput)}/s`,
        `capacity ${figure(usual.perSecond)}/s`,
        (goodput / usual.perSecond).toFixed(2),
        '≥ 0.9',
        verdict(goodput >= 0.9 * usual.perSecond),
      ],
      bounded('accepted, p99', p99(of(200)), 1500, ' ms'),
      bounded('rejected (503), p99', p99(of(503)), 50, ' ms'),
      bounded('other responses, or none', others, 0, ''),
      besideIdle(`\`GET /auth/users/me\` during it, ${steadyRate} a second, p99`, within(0, seconds), 3),
      besideIdle(`the same from ${recoverySeconds} s after it`, within(seconds + recoverySeconds, Infinity), 1.5),
      bounded(`Peak memory (${figure(atRest / 1e6)} MB at rest)`, peak / 1e6, mostMemory(atRest) / 1e6, ' MB'),
      bounded(`Hashes at a time while all clients disconnect after ${patience} ms`, maxRunning, concurrency, ''),
      [
        'Delay of the load generator, p99',
        `${figure(
          percentile(
            [...signIns, ...beside].map(({ late }) => late),
            0.99,
          ),
        )} ms`,
        '',
        '',
        '',
        '',
      ],
    ],
    details: usual.details,
  }
}

/** Starts the service behind a proxy. The load generator acts as this proxy. */
function startStormy(dataDir: string, settings: NodeJS.ProcessEnv = {}) {
  return startService(dataDir, { TRUST_PROXY: '127.0.0.1', ...settings })
}

async function registerAll(dataDir: string, people: Person[]) {
  const service = await startStormy(dataDir)
  await registerPeople(service, people)
  await service.stop()
}

async function requestsForMe(service: Service, people: Person[]) {
  const requests: OpenStream['requests'] = []
  for (const { username } of people) {
    const { access_token: token } = await signIn(service, username)
    requests.push({ path: '/auth/users/me', headers: { authorization: `Bearer ${token}` } })
  }
  return requests
}

function p99(asked: Asked[]) {
  return timeAt(asked, 0.99)
}

/** Reads the maximum number of concurrent hashes, which the service logs when it stops. */
async function maxRunningOf(dataDir: string): Promise<number> {
  const line = (await readFile(join(dataDir, 'log'), 'utf8'))
    .split('\n')
    .findLast((line) => line.includes('password hashes'))
  return JSON.parse(line ?? '{}').maxRunning ?? NaN
}
