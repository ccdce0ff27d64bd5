import { unavailable } from '../errors/index.ts'

/**
 * When the database has not answered any query for this long, all requests are considered to be waiting for it. It is
 * also the interval at which this is checked again.
 */
const silenceMs = 100

/** The wait of a request for the database. */
export interface RequestWait {
  /** The time at which the request began, by `performance.now()`. */
  startedAt: number
  /** Whether the wait was given up, so that the response is a 503. */
  isGivenUp: boolean
  /** Whether the change has been committed, so that a 503 would be wrong. */
  isCommitted: boolean
}

export function startWait(): RequestWait {
  return { startedAt: performance.now(), isGivenUp: false, isCommitted: false }
}

/**
 * Limits the time for which a request waits in total for a database that does not answer. Requests that wait for
 * something else, such as their turn to hash a password, are not affected.
 * @param requestMs the limit, in milliseconds of real time
 * @param now the time in milliseconds
 */
export function createPatience(requestMs: number, now = () => performance.now()) {
  /** The start times of the database queries in progress, oldest first. */
  const pending = new Set<{ since: number }>()
  let answeredAt = -Infinity

  /** Whether the database does not answer, or has not answered a query within the limit, which may wait for a lock. */
  function isSilent() {
    const [oldest] = pending
    if (oldest === undefined) return false
    return now() - Math.max(oldest.since, answeredAt) >= silenceMs || now() - oldest.since >= requestMs
  }

  return {
    /** Tracks `work` as waiting for the database. */
    async track<T>(work: Promise<T>): Promise<T> {
      const entry = { since: now() }
      pending.add(entry)
      try {
        const result = await work
        answeredAt = now()
        return result
      } finally {
        pending.delete(entry)
      }
    },

    /**
     * Waits for `work` within the limit. When the wait is given up, `work` continues unobserved.
     * @param work the handling of a request
     * @param wait the wait of the request
     * @param isAnswering whether the response has begun, so that it is too late for an error
     * @throws {ApiError} 503 when the limit is exceeded and the database does not answer
     */
    bound<T>(work: Promise<T>, wait: RequestWait, isAnswering: () => boolean = () => false): Promise<T> {
      return new Promise((resolve, reject) => {
        let timer = setTimeout(giveUp, Math.max(0, wait.startedAt + requestMs - now()))
        function giveUp() {
          if (isAnswering()) return
          if (wait.isCommitted || !isSilent()) {
            timer = setTimeout(giveUp, silenceMs)
            return
          }
          wait.isGivenUp = true
          reject(unavailable(new Error('The database did not answer in time.')))
        }
        work.finally(() => clearTimeout(timer)).then(resolve, reject)
      })
    },
  }
}
