import { unavailable } from '../errors/index.ts'

/** How long a database may be silent until it is what a request waits for, and how often that is looked at. */
const silenceMs = 100

export type Patience = ReturnType<typeof createPatience>

/**
 * Bounds how long a request waits, in all, for a database that does not answer. A request that waits for anything
 * else, such as its turn to hash a password, is left alone.
 * @param requestMs milliseconds
 */
export function createPatience(requestMs: number) {
  /** The times at which the requests to the database that are under way began, the oldest first. */
  const pending = new Set<{ since: number }>()

  function isSilent() {
    const [oldest] = pending
    return oldest !== undefined && performance.now() - oldest.since >= silenceMs
  }

  return {
    /** Counts `work` as waiting for the database. */
    async track<T>(work: Promise<T>): Promise<T> {
      const entry = { since: performance.now() }
      pending.add(entry)
      try {
        return await work
      } finally {
        pending.delete(entry)
      }
    },

    /**
     * Waits for `work`. What it has begun goes on when it is given up.
     * @param startedAt when the request began, by `performance.now()`
     * @param isAnswering whether the response has begun, which cannot be given up for another one
     * @throws {ApiError} 503
     */
    bound<T>(work: Promise<T>, startedAt: number, isAnswering: () => boolean = () => false): Promise<T> {
      return new Promise((resolve, reject) => {
        let timer = setTimeout(giveUp, Math.max(0, startedAt + requestMs - performance.now()))
        function giveUp() {
          if (isAnswering()) return
          if (isSilent()) reject(unavailable(new Error('The database has not answered in time.')))
          else timer = setTimeout(giveUp, silenceMs)
        }
        work.finally(() => clearTimeout(timer)).then(resolve, reject)
      })
    },
  }
}
