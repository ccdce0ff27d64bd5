import { setTimeout } from 'node:timers/promises'
import { headersOfNetwork, registrationOf, signInForm, signInOf, timeOf } from './crowd.ts'
import { delayMs, type PostgresCrowd, requestsForMe, startFleet } from './fleet.ts'
import { form, withHeaders } from './forms.ts'
import { introspectionOf, registerResourceServer } from './introspection.ts'
import type { Postgres } from './postgres.ts'
import { startHelper } from './processes.ts'
import { figure, median, type Table, verdict } from './report.ts'
import type { Asked, StreamJob } from './streams.ts'
import type { WireRequest } from './wire.ts'

/** An operation of the API, and the requests that measure it. */
interface Operation {
  name: string
  status: number
  /** The bound of round trips to the database, if there is one. */
  maxRoundTrips?: number
  /** Different requests, of which each is sent once. */
  requests: WireRequest[]
  /** How often they are sent to measure the CPU time, if the operation is cheap and repeatable. */
  repeats?: number
}

/** The number of requests that are sent one after another to count the round trips of an operation. */
const counted = 10
/** The number of requests before that, for what happens only at the first requests. */
const warmUp = 3
/** The number of requests whose CPU time is measured. */
const weighed = 400
const repeats = 5
const atOnce = 8
/** The time for the work that continues after the response, such as an e-mail. */
const settleMs = 100

/** The number of users that the measurements need. */
export const usersForOperations = warmUp + counted + weighed

export interface RoundTrips {
  name: string
  maxRoundTrips: number | undefined
  /** The round trips until the response. The least of several, because background jobs may add some. */
  roundTrips: number
  /** The median of the time until the response, in milliseconds. */
  responseMs: number
  /** The round trips after the response, on average. Background jobs are included. */
  afterwards: number
}

/** Counts round trips of single operations between one instance and PostgreSQL, with the delay between them. */
export async function countRoundTrips(crowd: PostgresCrowd, folder: string): Promise<RoundTrips[]> {
  const operations = await operationsOf(crowd)
  const fleet = await startFleet(crowd, folder, { instances: 1, delayMs })
  const [service] = fleet.services
  if (service === undefined) throw new Error('There is no instance.')
  const results: RoundTrips[] = []
  for (const { name, status, maxRoundTrips, requests } of operations) {
    const samples: { until: number; after: number; milliseconds: number }[] = []
    for (const request of requests.slice(0, warmUp + counted)) {
      const before = await fleet.roundTrips()
      const response = await timeOf(service, request)
      const answered = await fleet.roundTrips()
      if (response.status !== status) throw new Error(`${name}: response with ${response.status}`)
      await setTimeout(settleMs)
      const after = (await fleet.roundTrips()) - answered
      samples.push({ until: answered - before, after, milliseconds: response.milliseconds })
    }
    const measured = samples.slice(warmUp)
    const result = {
      name,
      maxRoundTrips,
      roundTrips: Math.min(...measured.map(({ until }) => until)),
      responseMs: median(measured.map(({ milliseconds }) => milliseconds)),
      afterwards: measured.reduce((sum, { after }) => sum + after, 0) / counted,
    }
    console.log(
      `${name}: ${figure(result.roundTrips)} round trips, then ${figure(result.afterwards)}; ` +
        `${figure(result.responseMs)} ms`,
    )
    results.push(result)
  }
  await fleet.stop()
  return results
}

/** Makes the rows of the table with bounds. */
export function verdictsOf(results: RoundTrips[]): string[][] {
  return results.map(({ name, roundTrips, maxRoundTrips }) => [
    `Round trips to PostgreSQL: ${name}`,
    figure(roundTrips),
    '',
    '',
    maxRoundTrips === undefined ? '' : `≤ ${maxRoundTrips}`,
    maxRoundTrips === undefined ? '' : verdict(roundTrips <= maxRoundTrips),
  ])
}

export interface Cost {
  name: string
  /** CPU time of PostgreSQL, in milliseconds. */
  databaseMs: number
  /** CPU time of the instance, in milliseconds. */
  instanceMs: number
  walBytes: number
}

/** Measures CPU time and write-ahead log of operations, eight at once and without a delay. */
export async function weighOperations(postgres: Postgres, crowd: PostgresCrowd, folder: string): Promise<Cost[]> {
  const operations = await operationsOf(crowd)
  const fleet = await startFleet(crowd, folder, { instances: 1, delayMs: 0 })
  const generator = startHelper('streams.ts')
  const costs: Cost[] = []
  const readMeters = async () => ({
    database: await postgres.cpuMs(),
    instance: await fleet.cpuMs(),
    wal: await postgres.walBytes(),
  })
  for (const operation of operations) {
    const once = operation.requests.slice(warmUp + counted)
    const requests = Array.from({ length: operation.repeats ?? 1 }, () => once).flat()
    const before = await readMeters()
    const [asked = []] = await generator.ask<Asked[][]>({
      urls: fleet.urls,
      streams: [{ atOnce, requests }],
    } satisfies StreamJob)
    await setTimeout(settleMs)
    const after = await readMeters()
    const answered = asked.filter(({ status }) => status === operation.status).length
    if (answered < asked.length) console.log(`${operation.name}: ${asked.length - answered} other responses`)
    const each = (meter: keyof typeof before) => (after[meter] - before[meter]) / answered
    costs.push({
      name: operation.name,
      databaseMs: each('database'),
      instanceMs: each('instance'),
      walBytes: each('wal'),
    })
  }
  await Promise.all([generator.stop(), fleet.stop()])
  return costs
}

export function tableOfCosts(roundTrips: RoundTrips[], costs: Cost[]): Table {
  return {
    place: 'costs',
    head: [
      'operation, with the cheapest hashes',
      'round trips',
      'after the response',
      `response with ${delayMs} ms each way`,
      'CPU of PostgreSQL',
      'CPU of the instance',
      'write-ahead log',
    ],
    rows: roundTrips.map((one) => {
      const cost = costs.find(({ name }) => name === one.name)
      return [
        one.name,
        figure(one.roundTrips),
        figure(one.afterwards),
        `${figure(one.responseMs)} ms`,
        `${figure(cost?.databaseMs ?? NaN)} ms`,
        `${figure(cost?.instanceMs ?? NaN)} ms`,
        `${figure((cost?.walBytes ?? NaN) / 1024)} KiB`,
      ]
    }),
  }
}

/** Every call makes requests that have not been sent before. */
let calls = 0

async function operationsOf(crowd: PostgresCrowd): Promise<Operation[]> {
  const people = crowd.people.slice(0, usersForOperations)
  const tokens = crowd.tokens.slice(0, usersForOperations)
  const call = calls++
  const credentials = await registerResourceServer(crowd.databaseUrl)
  return [
    { name: 'sign-in', status: 200, maxRoundTrips: 6, requests: people.map(signInOf) },
    {
      name: 'sign-in from a new network',
      status: 200,
      requests: people.map(({ username }, index) =>
        signInOf({ username, headers: headersOfNetwork(0x4000 * (call + 1) + index) }),
      ),
    },
    {
      name: 'failed sign-in',
      status: 401,
      maxRoundTrips: 4,
      requests: people.map(({ username, headers }) =>
        withHeaders(signInForm(username, { password: 'a password that is not theirs' }), headers),
      ),
    },
    {
      name: 'registration',
      status: 201,
      maxRoundTrips: 5,
      requests: people.map(({ username, headers }) => registrationOf({ username: `${username}-${call}`, headers })),
    },
    {
      name: 'refresh',
      status: 200,
      maxRoundTrips: 3,
      requests: tokens.map((one) =>
        form('/auth/token', { grant_type: 'refresh_token', refresh_token: one.refresh_token }),
      ),
    },
    { name: '`users/me`', status: 200, maxRoundTrips: 1, requests: requestsForMe(tokens), repeats },
    {
      name: 'introspection',
      status: 200,
      maxRoundTrips: 1,
      requests: tokens.map((one) => introspectionOf(one.access_token, credentials)),
      repeats,
    },
  ]
}
