interface Options {
  /** The number of permits that can be held at the same time. */
  permits: number
  /** The longest expected wait for a permit, in milliseconds. */
  maxWaitMs: number
  /** Milliseconds of a monotonic clock. */
  now?: () => number
}

/** The assumed time for which a permit is held until it has been measured. */
const initialHoldMs = 5

/** The weight of the latest permit in the moving average of hold times. */
const smoothing = 0.05

export type Semaphore = ReturnType<typeof createSemaphore>

/**
 * Limits how many callers use a resource at the same time. The others wait in the order of their arrival, unless the
 * wait would be too long. It is estimated from the time for which permits were held. It is also too long when no permit
 * has moved for `maxWaitMs`.
 */
export function createSemaphore({ permits, maxWaitMs, now = () => performance.now() }: Options) {
  const waiting = new Set<() => void>()
  let held = 0
  let holdMs = initialHoldMs
  /** When a permit was last taken or returned. */
  let movedAt = 0

  function hasRoom() {
    return ((waiting.size + 1) * holdMs) / permits <= maxWaitMs && now() - movedAt <= maxWaitMs
  }

  /** @returns a function that returns the permit */
  function take() {
    const takenAt = now()
    movedAt = takenAt
    return () => {
      movedAt = now()
      holdMs += smoothing * (movedAt - takenAt - holdMs)
      const [next] = waiting
      if (next === undefined) held--
      else next()
    }
  }

  /** @returns whether the turn has come in time */
  function waitForTurn(longestMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (hasTurn: boolean) => {
        clearTimeout(timer)
        waiting.delete(start)
        resolve(hasTurn)
      }
      const start = () => end(true)
      const timer = setTimeout(end, longestMs, false)
      waiting.add(start)
    })
  }

  return {
    /**
     * Takes a permit when its turn has come.
     * @param patienceMs waits this long, whatever wait is expected
     * @returns a function that returns the permit, to be called once; undefined if the wait is too long, and at once if
     * that was to be expected
     */
    async acquire(patienceMs?: number): Promise<(() => void) | undefined> {
      if (held < permits) {
        held++
        return take()
      }
      if (patienceMs === undefined && !hasRoom()) return undefined
      return (await waitForTurn(patienceMs ?? maxWaitMs)) ? take() : undefined
    },

    /** The number of permits that are held, and of callers that wait for one. */
    state: () => ({ held, waiting: waiting.size }),
  }
}
