import { join } from 'node:path'
import { queryPostgres } from '../scripts/query-postgres.ts'
import { cheapHashes, peopleOnOwnNetworks, registerPeople, signInOf } from './crowd.ts'
import {
  createPostgresCrowd,
  delayMs,
  type Fleet,
  type PostgresCrowd,
  requestsForMe,
  signInsFromOwnNetworks,
  signInsFromSharedAddress,
  startFleet,
} from './fleet.ts'
import type { HashJob } from './hashes.ts'
import type { Load } from './load.ts'
import { countRoundTrips, tableOfCosts, verdictsOf, weighOperations } from './operations.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { startHelper, startService } from './processes.ts'
import { figure, median, type Part, type Table, timeAt, verdict } from './report.ts'
import { modelOf, type StorageSize } from './scale-model.ts'
import type { Asked, StreamJob } from './streams.ts'
import type { WireRequest } from './wire.ts'

const cheapUsers = 1000
const usualUsers = 300
/** All sign-ins in flight, however many instances there are. */
const atOnce = 32
const seconds = 4
const rounds = 3
/** The requests per second to `users/me` beside the sign-ins. */
const meRate = 50

/** The sign-ins a second from one address, as a share of those from many. */
const leastShare = 0.9

/** The queue is long, so that no sign-in is rejected while the capacity is measured. */
const patient = { HASH_QUEUE_MS: '60000' }

/** Counts round trips only, which takes half a minute. */
export async function measureRoundTrips(folder: string): Promise<Part> {
  const postgres = await startPostgres(join(folder, 'postgres'))
  const crowd = await createPostgresCrowd(postgres, folder, 'counted', 30, cheapHashes)
  const results = await countRoundTrips(crowd, join(folder, 'count'))
  await postgres.stop()
  return { verdicts: verdictsOf(results) }
}

/** Measures 1, 2 and 4 instances over one PostgreSQL, with and without a delay between them. */
export async function measureScale(folder: string): Promise<Part> {
  const postgres = await startPostgres(join(folder, 'postgres'))
  const cheap = await createPostgresCrowd(postgres, folder, 'cheap', cheapUsers, cheapHashes)
  const usual = await createPostgresCrowd(postgres, folder, 'usual', usualUsers, {})

  const roundTrips = await countRoundTrips(cheap, join(folder, 'count'))
  const costs = await weighOperations(postgres, cheap, join(folder, 'weigh'))
  const cheapRuns: FleetRun[] = []
  const usualRuns: FleetRun[] = []
  for (const delay of [0, delayMs]) {
    for (const instances of [1, 2, 4]) {
      const name = `${instances}-${delay}`
      cheapRuns.push(await measureFleet(postgres, cheap, join(folder, `cheap-${name}`), instances, delay))
      usualRuns.push(await measureFleet(postgres, usual, join(folder, `usual-${name}`), instances, delay))
    }
  }
  const sizes = await readSizes(cheap.databaseUrl)
  const references = [
    ['argon2 alone, 2 at once', await measureHashes(cheapHashes), await measureHashes({})],
    [
      'SQLite, own networks',
      await measureSqlite(join(folder, 'sqlite-cheap'), cheapHashes),
      await measureSqlite(join(folder, 'sqlite-usual'), {}),
    ],
  ] as const
  await postgres.stop()

  return {
    verdicts: [
      ...verdictsOf(roundTrips),
      ...shareRows('the cheapest hashes', cheapRuns),
      ...shareRows('default hashes', usualRuns),
    ],
    tables: [
      tableOfCosts(roundTrips, costs),
      tableOfRuns('cheap', cheapRuns),
      tableOfRuns('usual', usualRuns),
      {
        place: 'references',
        head: ['', 'cheapest hashes', 'default hashes'],
        rows: references.map(([name, ...rates]) => [name, ...rates.map((rate) => `${figure(rate)}/s`)]),
      },
      ...modelOf({ roundTrips, costs, hashingInstanceMs: usualRuns[0]?.own.instanceMs ?? NaN, sizes }),
    ],
  }
}

/** One round of sign-ins, or the medians of several. Times are in milliseconds. */
interface Run {
  perSecond: number
  p50: number
  p99: number
  /** Responses other than 200. */
  failed: number
  meP99: number
  /** CPU time per sign-in, `users/me` beside it included. */
  instanceMs: number
  databaseMs: number
  /** The cores that the proxy keeps busy. */
  proxyCores: number
}

interface FleetRun {
  instances: number
  /** The delay in each direction, in milliseconds, and the time of a query that results. */
  delay: number
  queryMs: number
  own: Run
  shared: Run
}

async function measureFleet(
  postgres: Postgres,
  crowd: PostgresCrowd,
  folder: string,
  instances: number,
  delay: number,
): Promise<FleetRun> {
  const fleet = await startFleet(crowd, folder, { instances, delayMs: delay, more: patient })
  const own: Run[] = []
  const shared: Run[] = []
  // The first round is a warm-up.
  for (let round = 0; round <= rounds; round++) {
    own.push(await runOnce(postgres, fleet, crowd, signInsFromOwnNetworks(crowd)))
    shared.push(await runOnce(postgres, fleet, crowd, signInsFromSharedAddress(crowd)))
  }
  await fleet.stop()
  const result = {
    instances,
    delay,
    queryMs: fleet.queryMs,
    own: medianOf(own.slice(1)),
    shared: medianOf(shared.slice(1)),
  }
  console.log(
    `${instances} instances, ${delay} ms each way: own networks ${figure(result.own.perSecond)}/s, ` +
      `one address ${figure(result.shared.perSecond)}/s`,
  )
  return result
}

async function runOnce(postgres: Postgres, fleet: Fleet, crowd: PostgresCrowd, requests: WireRequest[]): Promise<Run> {
  const readMeters = async () => ({
    instanceMs: await fleet.cpuMs(),
    databaseMs: await postgres.cpuMs(),
    proxyMs: await fleet.proxyCpuMs(),
  })
  const generator = startHelper('streams.ts')
  const before = await readMeters()
  const [signIns = [], me = []] = await generator.ask<Asked[][]>({
    urls: fleet.urls,
    streams: [
      { atOnce, seconds, requests },
      { perSecond: meRate, seconds, requests: requestsForMe(crowd.tokens) },
    ],
  } satisfies StreamJob)
  const after = await readMeters()
  await generator.stop()
  const accepted = signIns.filter(({ status }) => status === 200)
  const each = (meter: 'instanceMs' | 'databaseMs') => (after[meter] - before[meter]) / accepted.length
  return {
    perSecond: rateOf(accepted),
    p50: timeAt(accepted, 0.5),
    p99: timeAt(accepted, 0.99),
    failed: [...signIns, ...me].filter(({ status }) => status !== 200).length,
    meP99: timeAt(me, 0.99),
    instanceMs: each('instanceMs'),
    databaseMs: each('databaseMs'),
    proxyCores: (after.proxyMs - before.proxyMs) / (seconds * 1000),
  }
}

function rateOf(accepted: Asked[]): number {
  return accepted.filter(({ due, took }) => due + took <= seconds * 1000).length / seconds
}

function medianOf(runs: Run[]): Run {
  const of = (name: keyof Run) => median(runs.map((run) => run[name]))
  return {
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    failed: runs.reduce((sum, { failed }) => sum + failed, 0),
    meP99: of('meP99'),
    instanceMs: of('instanceMs'),
    databaseMs: of('databaseMs'),
    proxyCores: of('proxyCores'),
  }
}

/** Verdicts on sign-ins from one address beside those from many. */
function shareRows(hashes: string, runs: FleetRun[]): string[][] {
  return runs.map(({ instances, delay, own, shared }) => {
    const share = shared.perSecond / own.perSecond
    return [
      `Sign-ins from one address, ${instancesText(instances)}, ${delay} ms each way, ${hashes}`,
      `${figure(shared.perSecond)}/s`,
      `own networks ${figure(own.perSecond)}/s`,
      share.toFixed(2),
      `≥ ${leastShare}`,
      verdict(share >= leastShare),
    ]
  })
}

function tableOfRuns(place: string, runs: FleetRun[]): Table {
  return {
    place,
    head: [
      'instances',
      'a query, ms',
      'sign-ins from',
      'per second',
      'p50, ms',
      'p99, ms',
      'failed',
      '`users/me` p99, ms',
      'CPU each, instances, ms',
      'CPU each, PostgreSQL, ms',
      'proxy, cores',
    ],
    rows: runs.flatMap(({ instances, queryMs, own, shared }) =>
      (
        [
          ['own networks', own],
          ['one address', shared],
        ] as const
      ).map(([name, run]) => [
        String(instances),
        figure(queryMs),
        name,
        figure(run.perSecond),
        figure(run.p50),
        figure(run.p99),
        String(run.failed),
        figure(run.meP99),
        figure(run.instanceMs),
        figure(run.databaseMs),
        figure(run.proxyCores),
      ]),
    ),
  }
}

function instancesText(instances: number) {
  return instances === 1 ? '1 instance' : `${instances} instances`
}

/** Measures argon2 alone, per second. */
async function measureHashes(environment: NodeJS.ProcessEnv): Promise<number> {
  const hashes = startHelper('hashes.ts', environment)
  const { perSecond } = await hashes.ask<Load>({ inFlight: 2, seconds } satisfies HashJob)
  await hashes.stop()
  return perSecond
}

/** Measures sign-ins with SQLite, per second. */
async function measureSqlite(dataDir: string, hashes: NodeJS.ProcessEnv): Promise<number> {
  const service = await startService(dataDir, { ...hashes, ...patient, LOG_LEVEL: 'warn', TRUST_PROXY: '127.0.0.1' })
  const people = peopleOnOwnNetworks(usualUsers)
  await registerPeople(service, people)
  const generator = startHelper('streams.ts')
  const rates: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const [asked = []] = await generator.ask<Asked[][]>({
      urls: [service.url],
      streams: [{ atOnce, seconds, requests: people.map(signInOf) }],
    } satisfies StreamJob)
    rates.push(rateOf(asked.filter(({ status }) => status === 200)))
  }
  await Promise.all([generator.stop(), service.stop()])
  return median(rates.slice(1))
}

/** The tables that grow with users and sign-ins. */
const growingTables = ['users', 'known_networks', 'sessions', 'events']

/** Reads the size of a row with its share of the indexes, in bytes. */
async function readSizes(databaseUrl: string): Promise<StorageSize[]> {
  const rows = await queryPostgres<{ name: string; bytes: string; rows: string }>(
    databaseUrl,
    growingTables
      .map(
        (name) => `select '${name}' as name, pg_total_relation_size('${name}') as bytes, count(*) as rows from ${name}`,
      )
      .join(' union all '),
  )
  return rows.map(({ name, bytes, rows }) => ({ name, bytesPerRow: Number(bytes) / Number(rows) }))
}
