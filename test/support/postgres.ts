import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import pg from 'pg'
import type { Test } from 'tap'
import { queryPostgres } from '../../scripts/query-postgres.ts'

/** Connects to a database until the test ends, which rolls back an open transaction. */
export async function connectedTo(t: Test, url: string): Promise<pg.Client> {
  const client = new pg.Client(url)
  await client.connect()
  t.teardown(() => client.end())
  return client
}

/** Connections to a database that wait for a lock. A row lock names no database, but the locks held with it do. */
const waiting = `select distinct pid from pg_locks where not granted and pid in (
  select pid from pg_locks where database = (select oid from pg_database where datname = current_database())
)`

/** Waits inside PostgreSQL until connections to the database wait for a lock. */
export async function lockAwaited(url: string, connections = 1) {
  await queryPostgres(
    url,
    `do $$ begin
      while (select count(*) from (${waiting}) as waiting) < ${connections} loop perform pg_sleep(0.001); end loop;
    end $$`,
  )
}

/** Ends the connections that wait for a lock, as if their process were killed. */
export function killWaiting(url: string) {
  return queryPostgres(url, `select pg_terminate_backend(pid) from (${waiting}) as waiting`)
}

/** Asserts that no connections are left: only then can a database be renamed. PostgreSQL waits five seconds. */
export async function isLetGo(t: Test, url: string) {
  const { pathname } = new URL(url)
  const name = pathname.slice(1)
  const outside = Object.assign(new URL(url), { pathname: '/postgres' }).href
  await t.resolves(queryPostgres(outside, `alter database ${name} rename to ${name}_once`), 'no connection is left')
  await queryPostgres(outside, `alter database ${name}_once rename to ${name}`)
}

/**
 * A proxy in front of PostgreSQL that can be shut down, or made to drop all traffic without closing. It counts round
 * trips: what is sent without waiting for an answer arrives together, because proxy and client share a process.
 */
export async function inFrontOf(t: Test, database: string) {
  const { hostname, port } = new URL(database)
  const connections = new Set<Socket>()
  let roundTrips = 0
  const server = createServer((near) => {
    near.on('data', () => roundTrips++)
    const far = connect(Number(port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      connections.add(one)
      one.pipe(other).on('error', () => {})
      one.on('close', () => {
        connections.delete(one)
        other.destroy()
      })
    }
  })
  const open = async (at = 0) => {
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return port
  }
  const close = async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of connections) socket.destroy()
    await closed
  }
  const here = await open()
  t.teardown(() => (server.listening ? close() : undefined))
  return {
    url: Object.assign(new URL(database), { port: here }).href,
    close,
    open: () => open(here),
    /** The number of round trips that `work` makes. */
    async roundTripsOf(work: () => Promise<unknown>) {
      const before = roundTrips
      await work()
      return roundTrips - before
    },
    fallSilent: () => {
      for (const socket of connections) socket.unpipe().resume()
    },
  }
}
