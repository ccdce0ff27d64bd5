import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Fault, NotRunError, type Stage } from '../fault.ts'
import { startTrial } from '../trial.ts'

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'

const hour = 3_600

/** Fault 8: the clock of the service is set. */
export const clockFaults: Fault[] = (['sqlite', 'postgres'] as const).map((database) => ({
  number: 8,
  title: 'the clock an hour ahead, then an hour back',
  database,
  run: moveClock,
}))

async function moveClock(stage: Stage) {
  if (!existsSync(library)) throw new NotRunError('it needs libfaketime: apt-get install libfaketime')
  const file = join(stage.folder, 'time')
  const setClock = (seconds: number) => writeFile(file, `${seconds < 0 ? '' : '+'}${seconds}\n`)
  await setClock(0)
  const trial = await startTrial(stage, {
    instances: 1,
    mayExpire: true,
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  })
  await trial.quietTime(1_500)
  for (const seconds of [hour, 0, -hour, 0]) {
    await setClock(seconds)
    await demandClock(trial.service.url, seconds)
    await trial.quietTime(1_500)
  }
  return trial.judge()
}

/** Node.js caches the Date header for a second. */
const maxCachedMs = 2_000

/** Waits until the service has the other time. */
async function demandClock(url: string, seconds: number) {
  const end = performance.now() + maxCachedMs
  for (;;) {
    const response = await fetch(`${url}/health/live`)
    await response.body?.cancel()
    const ahead = (Date.parse(response.headers.get('date') ?? '') - Date.now()) / 1000
    if (Math.abs(ahead - seconds) < 60) return
    if (performance.now() > end) throw new Error(`The clock is ${ahead} s ahead instead of ${seconds} s.`)
    await setTimeout(100)
  }
}
