import t from 'tap'
import { releaseMemory } from '../../src/lib/release-memory.ts'

t.test('unreferenced objects are collected', async (t) => {
  const collected = new Promise<string>((resolve) => {
    const registry = new FinalizationRegistry<string>(resolve)
    registry.register({ filler: new Array(1000).fill(0) }, 'an object')
    t.teardown(() => registry)
  })
  await releaseMemory()
  t.equal(await collected, 'an object')
})
