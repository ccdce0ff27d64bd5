import { AsyncResource } from 'node:async_hooks'
import { setImmediate as onImmediate } from 'node:timers'
import { setImmediate } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'

interface Job<Schema> {
  run: (transaction: Transaction<Schema>) => Promise<void>
  /** Settles the caller's promise once the transaction is committed. */
  resolve: () => void
  reject: (error: unknown) => void
}

/** With this many jobs, a shared transaction takes a few milliseconds. */
const maxJobsPerTransaction = 100

/**
 * Runs jobs in transactions. Jobs that arrive in the same turn of the event loop, or during another transaction, share
 * a transaction, so that a single write to the disk makes all of them durable. If one fails, all are rolled back and
 * each is run again in a transaction of its own.
 */
export function createGroupCommit<Schema>(db: Kysely<Schema>) {
  let waiting: Job<Schema>[] = []
  let isRunning = false

  async function runTogether(jobs: Job<Schema>[]) {
    try {
      await db.transaction().execute(async (transaction) => {
        for (const { run } of jobs) await run(transaction)
      })
    } catch {
      return runEach(jobs)
    }
    for (const { resolve } of jobs) resolve()
  }

  async function runEach(jobs: Job<Schema>[]) {
    for (const { run, resolve, reject } of jobs) {
      await db.transaction().execute(run).then(resolve, reject)
      // Lets other requests proceed between two writes to the disk.
      if (jobs.length > 1) await setImmediate()
    }
  }

  async function runWaiting() {
    const jobs = waiting.slice(0, maxJobsPerTransaction)
    waiting = waiting.slice(maxJobsPerTransaction)
    await (jobs.length === 1 ? runEach(jobs) : runTogether(jobs))
    isRunning = waiting.length > 0
    if (isRunning) onImmediate(runWaiting)
  }

  return <T>(work: (transaction: Transaction<Schema>) => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      let result: T
      waiting.push({
        // In the context of its caller, so that its statements belong to the caller's trace.
        run: AsyncResource.bind(async (transaction) => {
          result = await work(transaction)
        }),
        resolve: () => resolve(result),
        reject,
      })
      if (isRunning) return
      isRunning = true
      onImmediate(runWaiting)
    })
}
