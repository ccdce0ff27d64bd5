import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Fault, Stage } from '../fault.ts'
import type { PostgresServer } from '../postgres-server.ts'
import { startTrial, type Trial } from '../trial.ts'

/** A request waits for the database for at most 2.8 seconds. The rest is for a busy machine. */
const maxWaitSeconds = 5

/** Fault 6: PostgreSQL is away in every way that a client can notice. */
export const postgresFaults: Fault[] = [
  fault('PostgreSQL stopped at once, for three seconds', async (server, { notReady }) => {
    await server.stopAtOnce()
    await notReady()
    await sleep(3_000)
    await server.start()
  }),
  fault('PostgreSQL killed and restarted', async (server) => {
    await server.kill()
    await server.start()
  }),
  fault('PostgreSQL out of connections', async (server, { notReady }) => {
    const release = await occupyConnections(server)
    await notReady()
    await sleep(3_000)
    await release()
  }),
  fault('PostgreSQL silent for six seconds', async (server, { notReady }) => {
    await server.pause()
    await notReady()
    await sleep(6_000)
    await server.resume()
  }),
  fault('PostgreSQL slow: stopped for 150 of every 200 ms', async (server) => {
    for (let turn = 0; turn < 30; turn++) {
      await server.pause()
      await sleep(150)
      await server.resume()
      await sleep(50)
    }
  }),
]

function fault(title: string, happen: (server: PostgresServer, trial: Trial) => Promise<void>): Fault {
  const run = async (stage: Stage) => {
    const server = await stage.postgres()
    const trial = await startTrial(stage)
    await trial.quietTime()
    let seconds = NaN
    await trial.underLoad(async () => {
      await happen(server, trial)
      seconds = await trial.whenReady()
    })
    const figures = await trial.judge()
    const { longestSeconds } = trial.journal.summary()
    trial.demandWithin('A request waited for', longestSeconds, maxWaitSeconds)
    await trial.quietTime()
    return [...figures, trial.demandWithin('ready again after', seconds, 5)]
  }
  return { number: 6, title, database: 'postgres', run }
}

/** Ends all connections and takes their places. @returns a function that frees them */
async function occupyConnections(server: PostgresServer) {
  const clients: pg.Client[] = []
  const connect = async () => {
    const client = new pg.Client({ connectionString: server.url('postgres'), application_name: 'occupant' })
    client.on('error', () => {})
    await client.connect()
    clients.push(client)
  }
  await connect()
  const endOthers = () =>
    clients[0]?.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name <> 'occupant' and " +
        "backend_type = 'client backend'",
    )
  // The services connect again at the same time, so it takes some rounds until every place is taken.
  for (let round = 0; round < 5; round++) {
    await endOthers()
    for (let wave = 0; wave < 3; wave++) {
      await Promise.all(Array.from({ length: 40 }, () => connect().catch(() => {})))
    }
  }
  return () => Promise.all(clients.map((client) => client.end()))
}
