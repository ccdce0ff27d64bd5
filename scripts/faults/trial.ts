import { setTimeout as sleep } from 'node:timers/promises'
import { checkAccounts, checkCounts, whenSettled } from './check.ts'
import { databaseOf, createService, type Service } from './service.ts'
import type { Stage } from './fault.ts'
import type { Account } from './journal.ts'
import { createJournal } from './journal.ts'
import { startLoad } from './load.ts'

interface TrialOptions {
  /** Instances over one database; SQLite has one. */
  instances?: number
  environment?: NodeJS.ProcessEnv
  /** A program that starts Node.js, with its arguments. */
  under?: string[]
  /** The database, by default a new one. */
  database?: { url: string; dataDir: string; environment: NodeJS.ProcessEnv }
  /** Whether access tokens may be rejected because the clock moves. */
  mayExpire?: boolean
}

export type Trial = Awaited<ReturnType<typeof startTrial>>

/** Starts services over a database, and a journal that judges them. */
export async function startTrial(
  stage: Stage,
  { instances = stage.database === 'postgres' ? 2 : 1, environment, under, database, mayExpire }: TrialOptions = {},
) {
  const { random } = stage
  const { url: databaseUrl, dataDir, environment: databaseSettings } = database ?? (await databaseOf(stage))
  const journal = createJournal(15_000 * stage.slack)
  const services: Service[] = []
  for (let index = 0; index < instances; index++) {
    services.push(
      await createService(stage, {
        dataDir: index === 0 ? dataDir : `${dataDir}-${index}`,
        environment: { ...databaseSettings, ...environment },
        ...(under === undefined ? {} : { under }),
      }),
    )
  }
  for (const service of services) await service.start()
  const [service] = services
  if (service === undefined) throw new Error('A trial needs an instance.')
  const urls = services.map(({ url }) => url)

  /** Runs `work` under load. */
  async function underLoad<T>(work: () => Promise<T>): Promise<T> {
    const load = startLoad({ journal, urls, random, ...(mayExpire === undefined ? {} : { mayExpire }) })
    try {
      return await work()
    } finally {
      await load.stop()
    }
  }

  /** Waits until all instances are ready. @returns the seconds that it took */
  async function whenReady(): Promise<number> {
    const begin = performance.now()
    for (const { whenReady } of services) await whenReady()
    return (performance.now() - begin) / 1000
  }

  async function check(accounts?: Account[], at = urls) {
    await whenSettled(databaseUrl, 10_000 * stage.slack)
    const lost = [
      ...(await checkAccounts(journal, at, stage.slack, accounts)),
      ...(accounts === undefined ? await checkCounts(journal, databaseUrl) : []),
    ]
    const failures = services.flatMap(({ failures }) => failures())
    const wrong = [...lost, ...journal.violations, ...failures]
    if (wrong.length === 0) return
    for (const text of wrong) stage.log(`WRONG ${text}`)
    throw new Error(`${lost.length} lost, ${journal.violations.length + failures.length} wrong: ${wrong[0]}`)
  }

  return {
    service,
    services,
    journal,
    databaseUrl,
    underLoad,
    whenReady,

    /**
     * Runs the load for a while, in which every request must be answered. On a busy machine, the database may be too
     * slow for the service's own time limits.
     */
    async quietTime(milliseconds = 500) {
      const { troubles } = journal
      const before = troubles.length
      await underLoad(() => sleep(milliseconds))
      const isBusy = stage.slack > 1
      const [trouble] = troubles.slice(before).filter(({ outcome }) => !isBusy || outcome !== 'unavailable')
      if (trouble !== undefined) throw new Error(`A request was ${trouble.outcome} (${trouble.status}) in quiet times.`)
    },

    /** Waits until an instance reports that it is not ready. */
    async notReady() {
      const begin = performance.now()
      while (await service.isReady()) {
        if (performance.now() - begin > 10_000 * stage.slack) throw new Error('The service was still ready.')
        await sleep(50)
      }
    },

    /** Waits until a registration succeeds. @returns the seconds that it took */
    async whenWritable(): Promise<number> {
      const begin = performance.now()
      while ((await journal.register(journal.addAccount(), service.url)) === undefined) {
        if (performance.now() - begin > 15_000 * stage.slack) throw new Error('Writes did not succeed again.')
        await sleep(20)
      }
      return (performance.now() - begin) / 1000
    },

    /** Checks some accounts, by default at the instances of the trial. */
    checkAccounts: check,

    /** @throws {Error} when something took longer than it may, in seconds */
    demandWithin(what: string, seconds: number, bound: number): string {
      const text = `${what} ${seconds.toFixed(1)} s`
      if (seconds > bound * stage.slack) throw new Error(`${text}, not ${bound} s`)
      return text
    },

    /**
     * Checks everything that was acknowledged.
     * @returns the figures of the load, for the report
     * @throws {Error} when something was lost, was done twice or in part, or was answered wrongly
     */
    async judge(): Promise<string[]> {
      const { acknowledged, longestSeconds } = journal.summary()
      const [unavailable, broken] = (['unavailable', 'broken'] as const).map(
        (outcome) => journal.troubles.filter((answer) => answer.outcome === outcome).length,
      )
      await check()
      return [
        `${acknowledged} acknowledged, 0 lost`,
        ...(unavailable === 0 ? [] : [`${unavailable} times 503`]),
        ...(broken === 0 ? [] : [`${broken} connections broken`]),
        `longest wait ${longestSeconds.toFixed(1)} s`,
      ]
    },
  }
}
