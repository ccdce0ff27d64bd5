import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { createSemaphore } from '../../src/lib/semaphore.ts'

t.test('permits are given in the order of arrival', async (t) => {
  const { acquire, returnOldest, granted, semaphore } = createTestSemaphore({ permits: 2, maxWaitMs: 60_000 })
  for (const name of ['a', 'b', 'c', 'd']) acquire(name)
  await setImmediate()
  t.strictSame(granted, ['a', 'b'])
  t.strictSame(semaphore.state(), { held: 2, waiting: 2 })
  for (const all of [
    ['a', 'b', 'c'],
    ['a', 'b', 'c', 'd'],
    ['a', 'b', 'c', 'd'],
  ]) {
    returnOldest()
    await setImmediate()
    t.strictSame(granted, all)
  }
  returnOldest()
  t.strictSame(semaphore.state(), { held: 0, waiting: 0 })
})

t.test('a caller who would wait too long is rejected at once', async (t) => {
  const { semaphore, acquire, returnOldest, rejected, pass } = createTestSemaphore({ permits: 2, maxWaitMs: 50_000 })
  // Each permit is held for 10 s, so ten callers can wait.
  for (let round = 0; round < 200; round++) {
    acquire('before')
    await setImmediate()
    pass(10_000)
    returnOldest()
  }
  for (let index = 0; index < 20; index++) acquire(`${index}`)
  await setImmediate()
  t.strictSame(rejected, ['12', '13', '14', '15', '16', '17', '18', '19'])
  for (let index = 0; index < 12; index++) {
    returnOldest()
    await setImmediate()
  }
  t.strictSame(semaphore.state(), { held: 0, waiting: 0 })
})

t.test('when no permit has moved for the longest wait, callers are rejected at once', async (t) => {
  const { acquire, returnOldest, rejected, granted, pass } = createTestSemaphore({ permits: 1, maxWaitMs: 60_000 })
  acquire('holder')
  pass(60_000)
  acquire('waiting')
  pass(1)
  acquire('late')
  await setImmediate()
  t.strictSame(rejected, ['late'])
  returnOldest()
  await setImmediate()
  t.strictSame(granted, ['holder', 'waiting'])
  acquire('next')
  returnOldest()
  await setImmediate()
  t.strictSame(granted, ['holder', 'waiting', 'next'])
})

t.test('a caller whose turn does not come within the longest wait gives up', async (t) => {
  const semaphore = createSemaphore({ permits: 1, maxWaitMs: 20, now: () => 0 })
  const returnPermit = await semaphore.acquire()
  t.equal(await semaphore.acquire(), undefined)
  t.strictSame(semaphore.state(), { held: 1, waiting: 0 })
  returnPermit?.()
  t.type(await semaphore.acquire(), 'function')
})

/** A semaphore with a clock of its own, which records who gets a permit. */
function createTestSemaphore(options: { permits: number; maxWaitMs: number }) {
  let time = 0
  const semaphore = createSemaphore({ ...options, now: () => time })
  const held: (() => void)[] = []
  const granted: string[] = []
  const rejected: string[] = []
  return {
    semaphore,
    granted,
    rejected,
    acquire: async (name: string) => {
      const returnPermit = await semaphore.acquire()
      if (returnPermit === undefined) {
        rejected.push(name)
        return
      }
      granted.push(name)
      held.push(returnPermit)
    },
    returnOldest: () => held.shift()?.(),
    pass: (milliseconds: number) => {
      time += milliseconds
    },
  }
}
