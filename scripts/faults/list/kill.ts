import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '../../../bench/report.ts'
import type { Fault, Stage } from '../fault.ts'
import { startTrial } from '../trial.ts'

/** Fault 1: kill -9 at random points of the load. */
export const killFaults: Fault[] = (['sqlite', 'postgres'] as const).map((database) => ({
  number: 1,
  title: 'kill -9 under load',
  database,
  run: killRepeatedly,
}))

async function killRepeatedly(stage: Stage): Promise<string[]> {
  const { random, kills } = stage
  const trial = await startTrial(stage)
  const { accounts } = trial.journal
  const starts: number[] = []
  for (let round = 0; round < kills; round++) {
    const known = accounts.length
    const service = random.pick(trial.services)
    await trial.underLoad(async () => {
      await sleep(random.between(100, 1_500))
      await service.end('SIGKILL')
      // The other instances continue meanwhile.
      if (trial.services.length > 1) await sleep(300)
    })
    starts.push(await service.start())
    await trial.checkAccounts(accounts.slice(known))
  }
  return [
    `${kills} kills`,
    ...(await trial.judge()),
    trial.demandWithin('up again after', median(starts), 2),
    `at most ${Math.max(...starts).toFixed(1)} s`,
  ]
}
