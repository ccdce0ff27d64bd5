import type { Cost, RoundTrips } from './operations.ts'
import { figure, type Table } from './report.ts'

/** The size of a row of a table with its share of the indexes. */
export interface StorageSize {
  name: string
  bytesPerRow: number
}

interface Measured {
  roundTrips: RoundTrips[]
  costs: Cost[]
  /** CPU time of an instance for a sign-in with default hashes, in milliseconds. */
  hashingInstanceMs: number
  sizes: StorageSize[]
}

/** The installation on paper. The page that shows the model gives reasons for these numbers. */
const target = {
  signInsPerSecond: 10_000,
  users: 100e6,
  usersOnline: 5e6,
  /** The lifetime of an access token, after which a session is refreshed. */
  refreshSeconds: 900,
  rowsPerUser: { users: 1, known_networks: 3, sessions: 2, events: 26 } as Record<string, number>,
}

/** The share of a core that is planned for, so that a burst or the loss of a machine does not overload the others. */
const busyInstances = 0.7
const busyDatabase = 0.5
const coresPerInstance = 4
const coresOfLargeDatabase = 64
/** The default of `DATABASE_POOL_SIZE`. */
const connectionsPerInstance = 10 + 2 * coresPerInstance
/** The times of a round trip in milliseconds: in the same zone of a cloud, and between distant zones. */
const networkMs = [0.5, 2]

/** Computes what the target needs, from measured costs. */
export function modelOf({ roundTrips, costs, hashingInstanceMs, sizes }: Measured): Table[] {
  const of = (name: string) => ({
    roundTrips: roundTrips.find((one) => one.name === name)?.roundTrips ?? NaN,
    ...(costs.find((one) => one.name === name) ?? { databaseMs: NaN, instanceMs: NaN, walBytes: NaN }),
  })
  const signIn = of('sign-in')
  const refresh = of('refresh')
  const signIns = target.signInsPerSecond
  const refreshes = target.usersOnline / target.refreshSeconds

  const instanceCores = (signIns * hashingInstanceMs + refreshes * refresh.instanceMs) / 1000 / busyInstances
  const instances = Math.ceil(instanceCores / coresPerInstance)
  const databaseCores = (signIns * signIn.databaseMs + refreshes * refresh.databaseMs) / 1000 / busyDatabase
  const walPerSecond = signIns * signIn.walBytes + refreshes * refresh.walBytes
  const connections = (ms: number) =>
    (signIns * (signIn.roundTrips * ms + signIn.databaseMs) +
      refreshes * (refresh.roundTrips * ms + refresh.databaseMs)) /
    1000
  const mostSignIns = (coresOfLargeDatabase * busyDatabase * 1000) / signIn.databaseMs

  return [
    {
      place: 'model',
      head: [`${figure(signIns)} sign-ins and ${figure(refreshes)} refreshes a second`, 'computed from', 'needs'],
      rows: [
        [
          'cores of all instances',
          `${figure(hashingInstanceMs)} ms a sign-in with default hashes, ${figure(refresh.instanceMs)} ms a ` +
            `refresh, ${busyInstances * 100} % busy`,
          figure(instanceCores),
        ],
        [`instances with ${coresPerInstance} cores`, '', figure(instances)],
        [
          'cores of PostgreSQL',
          `${figure(signIn.databaseMs)} ms a sign-in, ${figure(refresh.databaseMs)} ms a refresh, ` +
            `${busyDatabase * 100} % busy`,
          figure(databaseCores),
        ],
        ...networkMs.map((ms) => [
          `connections in use, ${ms} ms a round trip`,
          `${figure(signIn.roundTrips)} round trips a sign-in, ${figure(refresh.roundTrips)} a refresh, and CPU time`,
          figure(connections(ms)),
        ]),
        [
          'connections of all pools',
          `${connectionsPerInstance} per instance`,
          figure(instances * connectionsPerInstance),
        ],
        [
          'write-ahead log',
          `${figure(signIn.walBytes / 1024)} KiB a sign-in, ${figure(refresh.walBytes / 1024)} KiB a refresh`,
          `${figure(walPerSecond / 1e6)} MB/s`,
        ],
        [
          `sign-ins a second of one PostgreSQL with ${coresOfLargeDatabase} cores`,
          `${busyDatabase * 100} % busy, without refreshes`,
          figure(mostSignIns),
        ],
      ],
    },
    {
      place: 'storage',
      head: [`${figure(target.users)} users`, 'rows per user', 'bytes per row, with indexes', 'size'],
      rows: sizes.map(({ name, bytesPerRow }) => {
        const rows = target.rowsPerUser[name] ?? NaN
        return [
          `\`${name}\``,
          String(rows),
          figure(bytesPerRow),
          `${figure((target.users * rows * bytesPerRow) / 1e9)} GB`,
        ]
      }),
    },
  ]
}
