import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Fault, Stage } from '../fault.ts'
import { queryPostgres } from '../../query-postgres.ts'
import { databaseOf } from '../service.ts'
import { startTrial } from '../trial.ts'

const loadMs = 6_000

/** Fault 7: transactions that PostgreSQL rolls back. */
export const conflictFaults: Fault[] = [
  { number: 7, title: 'serialization failures', database: 'postgres', run: failSerialization },
  { number: 7, title: 'deadlocks', database: 'postgres', run: causeDeadlocks },
]

/** With serializable transactions, PostgreSQL rolls back those that touch the same rows at the same time. */
async function failSerialization(stage: Stage) {
  const database = await databaseOf(stage)
  const name = new URL(database.url).pathname.slice(1)
  await queryPostgres(database.url, `alter database ${name} set default_transaction_isolation = 'serializable'`)
  const trial = await startTrial(stage, { database })
  await trial.underLoad(() => sleep(loadMs))
  const rolledBack = await statistic(database.url, 'xact_rollback')
  if (rolledBack === 0) throw new Error('PostgreSQL rolled back no transaction.')
  return [...(await trial.judge()), `${rolledBack} transactions rolled back`]
}

/** A saboteur locks the same rows as the service, in another order. */
async function causeDeadlocks(stage: Stage) {
  const trial = await startTrial(stage)
  await trial.quietTime(1_000)
  const isOver = new AbortController()
  await trial.underLoad(() =>
    Promise.all([
      sleep(loadMs).then(() => isOver.abort()),
      ...Array.from({ length: 4 }, () => sabotage(trial.databaseUrl, stage, isOver.signal)),
    ]),
  )
  const deadlocks = await statistic(trial.databaseUrl, 'deadlocks')
  if (deadlocks === 0) throw new Error('There was no deadlock.')
  return [...(await trial.judge()), `${deadlocks} deadlocks`]
}

async function sabotage(url: string, { random }: Stage, isOver: AbortSignal) {
  const client = new pg.Client(url)
  // A lost connection is noticed by the next query. Without a listener, it would end the run.
  client.on('error', () => {})
  await client.connect()
  while (!isOver.aborted) {
    const tables = ['sessions', 'throttles', 'users', 'sessions', 'throttles', 'users']
    await client.query('begin')
    try {
      for (let count = 0; count < 4; count++) {
        const table = random.pick(tables)
        await client.query(`select 1 from (select ctid from ${table} order by random() limit 10) as chosen
          join ${table} on ${table}.ctid = chosen.ctid for update of ${table}`)
      }
      await client.query('commit')
    } catch {
      await client.query('rollback')
    }
    await sleep(random.between(0, 20))
  }
  await client.end()
}

async function statistic(url: string, name: 'deadlocks' | 'xact_rollback'): Promise<number> {
  // Backends report their figures when they are idle, at most once a second.
  await sleep(1_500)
  const [row] = await queryPostgres(url, `select ${name} from pg_stat_database where datname = current_database()`)
  return Number(row?.[name])
}
