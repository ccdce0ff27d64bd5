import t, { type Test } from 'tap'
import { build, testTiming } from '../support/build.ts'

/** Counts the periodic timers that a service starts. */
async function countTimers(t: Test, hasTimers: boolean) {
  const started = t.capture(globalThis, 'setInterval', globalThis.setInterval)
  await build(t, { timing: { ...testTiming, hasTimers } })
  started.restore()
  return started().length
}

t.test('without timers, no job runs by itself (11)', async (t) => {
  t.equal(await countTimers(t, false), 0)
  t.equal(await countTimers(t, true), 5, 'housekeeping, mail requests, mail delivery, and reports of two overloads')
})
