import { setTimeout } from 'node:timers/promises'
import { batch } from './batch.ts'

/**
 * Slows long work down. All generators together produce one item at a time, followed by a pause as long as the item
 * took. That leaves half of the time to other work, no matter how many generators there are.
 */
export function createPace<Item>() {
  const nextOf = batch(async (turns: AsyncGenerator<Item, undefined>[]) => {
    const began = performance.now()
    const results = await Promise.all(turns.map((items) => items.next()))
    await setTimeout(performance.now() - began)
    return results
  }, 1)

  return async function* pace(items: AsyncGenerator<Item, undefined>): AsyncGenerator<Item, undefined> {
    for (;;) {
      const result = await nextOf(items)
      if (result.done === true) return
      yield result.value
    }
  }
}
