import { setTimeout } from 'node:timers/promises'
import { batch } from './batch.ts'

/**
 * Slows long work down: of all generators together one item is made at a time, followed by a pause that is as long as
 * it took. So half of the time is left to everything else, however many generators there are.
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
