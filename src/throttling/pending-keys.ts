import { EventEmitter } from 'node:events'
import { LRUCache } from 'lru-cache'

interface Options {
  /** The maximum number of attempts that wait at the same time. */
  maxWaiting?: number
  /** The time for which an attempt waits at most, in milliseconds of real time. */
  maxWaitMs?: number
}

/** The maximum number of keys whose last decision is remembered. */
const maxDecidedKeys = 10_000

export type PendingKeys = ReturnType<typeof createPendingKeys>

/**
 * The counters of pending attempts, which this instance has counted but not yet accepted, rejected or released. An
 * attempt beyond the limit of a counter waits for the pending ones, because it is allowed if they succeed. While it
 * waits, it uses no database connection.
 */
export function createPendingKeys({ maxWaiting = 100, maxWaitMs = 5000 }: Options = {}) {
  const counts = new Map<string, number>()
  const decisions = new EventEmitter().setMaxListeners(0)
  const decidedAt = new LRUCache<string, number>({ max: maxDecidedKeys })
  let decisionCount = 0
  let waiting = 0

  function add(keys: string[], change: 1 | -1) {
    for (const key of keys) {
      const count = (counts.get(key) ?? 0) + change
      if (count > 0) counts.set(key, count)
      else counts.delete(key)
    }
  }

  return {
    /**
     * Marks an attempt as pending.
     * @param keys the keys of its counters
     * @returns a function to call when the attempt has been decided; if it is never called, a timeout decides
     */
    begin(keys: string[]): () => void {
      let isDecided = false
      const decide = () => {
        if (isDecided) return
        isDecided = true
        clearTimeout(timeout)
        add(keys, -1)
        decisionCount++
        for (const key of keys) {
          decidedAt.set(key, decisionCount)
          decisions.emit(key)
        }
      }
      const timeout = setTimeout(decide, 2 * maxWaitMs).unref()
      add(keys, 1)
      return decide
    },

    /** Makes the deadline of an attempt that begins to wait now. */
    deadline: () => AbortSignal.timeout(maxWaitMs),

    /** The number of decisions so far. Callers read it before they read the counters. */
    decisionCount: () => decisionCount,

    /**
     * Waits until an attempt on one of these counters has been decided.
     * @param keys the keys of the counters
     * @param since the number of decisions before the counters were read; if one has been made since, it does not wait
     * @param deadline ends the wait
     * @returns false when no attempt is pending, too many attempts wait already, or the deadline has passed
     */
    async decided(keys: string[], since: number, deadline: AbortSignal): Promise<boolean> {
      if (keys.some((key) => (decidedAt.get(key) ?? 0) > since)) return true
      if (deadline.aborted || waiting >= maxWaiting || !keys.some((key) => counts.has(key))) return false
      waiting++
      return new Promise((resolve) => {
        const end = (isDecided: boolean) => {
          waiting--
          for (const key of keys) decisions.off(key, onDecision)
          deadline.removeEventListener('abort', onDeadline)
          resolve(isDecided)
        }
        const onDecision = () => end(true)
        const onDeadline = () => end(false)
        for (const key of keys) decisions.on(key, onDecision)
        deadline.addEventListener('abort', onDeadline)
      })
    },
  }
}
