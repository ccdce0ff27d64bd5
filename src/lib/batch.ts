interface Job<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/**
 * Work of which one batch is under way at a time: what is asked for meanwhile is done together
 * afterwards, in the order in which it came.
 * @param work gives a result for each item, in their order; when it fails it has failed for all of them
 * @param most items at once
 */
export function inBatches<Item, Result>(
  work: (items: Item[]) => Promise<Result[]>,
  most: number,
): (item: Item) => Promise<Result> {
  const waiting: Job<Item, Result>[] = []
  let isRunning = false

  async function run() {
    isRunning = true
    while (waiting.length > 0) {
      const jobs = waiting.splice(0, most)
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
