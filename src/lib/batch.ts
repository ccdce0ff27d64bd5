interface Job<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/**
 * Processes items in batches, one batch at a time. Items that arrive together, or during a batch, form the next one,
 * in the order of their arrival.
 * @param work processes a batch and returns a result for each item, in order; if it fails, all items of the batch fail
 * @param maxItems the maximum number of items in a batch
 * @returns a function that processes an item and returns its result
 */
export function batch<Item, Result>(
  work: (items: Item[]) => Promise<Result[]>,
  maxItems: number,
): (item: Item) => Promise<Result> {
  const waiting: Job<Item, Result>[] = []
  let isRunning = false

  async function run() {
    while (waiting.length > 0) {
      const jobs = waiting.splice(0, maxItems)
      try {
        const results = await work(jobs.map(({ item }) => item))
        for (const [index, result] of results.entries()) jobs[index]?.resolve(result)
      } catch (error) {
        for (const { reject } of jobs) reject(error)
      }
    }
    isRunning = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (isRunning) return
      isRunning = true
      queueMicrotask(run)
    })
}
