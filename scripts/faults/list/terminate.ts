import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Stage } from '../fault.ts'
import { startTrial } from '../trial.ts'

const rounds = 5

/** Fault 2: SIGTERM under load. */
export const terminateFaults: Fault[] = (['sqlite', 'postgres'] as const).map((database) => ({
  number: 2,
  title: 'SIGTERM under load',
  database,
  run: terminateRepeatedly,
}))

async function terminateRepeatedly(stage: Stage): Promise<string[]> {
  const trial = await startTrial(stage)
  const { troubles } = trial.journal
  let [longest, refused] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    const service = stage.random.pick(trial.services)
    const before = troubles.length
    let signalledAt = NaN
    await trial.underLoad(async () => {
      await sleep(stage.random.between(300, 1_000))
      signalledAt = performance.now()
      const { code, seconds } = await service.end('SIGTERM')
      if (code !== 0) throw new Error(`The exit code was ${code} instead of 0.`)
      trial.demandWithin('The process ended after', seconds, 10)
      longest = Math.max(longest, seconds)
    })
    const failed = troubles.slice(before)
    const inFlight = failed.filter(({ startedAt }) => startedAt < signalledAt)
    const [first] = inFlight
    if (first !== undefined) {
      throw new Error(
        `${inFlight.length} requests in flight got no answer. The first was sent ` +
          `${(signalledAt - first.startedAt).toFixed(0)} ms before the signal and was ${first.outcome}.`,
      )
    }
    refused += failed.length
    await service.start()
  }
  return [
    `${rounds} times`,
    ...(await trial.judge()),
    `all in flight answered, ${refused} later ones refused, exit 0 within ${longest.toFixed(1)} s`,
  ]
}
