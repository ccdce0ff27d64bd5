import { setImmediate as onImmediate } from 'node:timers'
import { setImmediate } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'

interface Job<Schema> {
  run: (transaction: Transaction<Schema>) => Promise<void>
  /** Tells whoever waits what came of it, once it is committed. */
  resolve: () => void
  reject: (error: unknown) => void
}

/** So many works at most share a transaction: what it holds up ends in a few milliseconds. */
const most = 100

/**
 * Runs works in transactions, of which those that come in the same turn of the event loop, or while
 * another one is under way, share one: a single write to the disk makes all of them durable. When
 * one of them fails everything is rolled back, and each is run again in a transaction of its own.
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
      // Or so many writes to the disk would hold up everybody else.
      if (jobs.length > 1) await setImmediate()
    }
  }

  async function runWaiting() {
    const jobs = waiting.slice(0, most)
    waiting = waiting.slice(most)
    await (jobs.length === 1 ? runEach(jobs) : runTogether(jobs))
    isRunning = waiting.length > 0
    if (isRunning) onImmediate(runWaiting)
  }

  return <T>(work: (transaction: Transaction<Schema>) => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      let result: T
      waiting.push({
        run: async (transaction) => {
          result = await work(transaction)
        },
        resolve: () => resolve(result),
        reject,
      })
      if (isRunning) return
      isRunning = true
      onImmediate(runWaiting)
    })
}
