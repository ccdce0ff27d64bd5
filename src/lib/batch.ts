interface Job<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/**
 * Runs one batch of work at a time. Items that arrive during a batch form the next one, in the order
 * of their arrival.
 * @param work returns a result for each item, in their order; its failure is that of every item
 * @param maxItems per batch
 */
export function batch<Item, Result>(
  work: (items: Item[]) => Promise<Result[]>,
  maxItems: number,
): (item: Item) => Promise<Result> {
  const waiting: Job<Item, Result>[] = []
  let isRunning = false

  async function run() {
    isRunning = true
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
      if (!isRunning) run()
    })
}
