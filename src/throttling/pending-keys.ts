import { EventEmitter } from 'node:events'
import { LRUCache } from 'lru-cache'

interface Options {
  /** Attempts that may wait at a time. */
  maxWaiting?: number
  /** How long an attempt may wait, in milliseconds of real time. */
  maxWaitMs?: number
}

/** Keys of which the last decision is remembered. */
const maxDecidedKeys = 10_000

export type PendingKeys = ReturnType<typeof createPendingKeys>

/**
 * The counters of attempts that this instance has counted and not yet decided. An attempt beyond the limit of a
 * counter waits for those before it: if they succeed, it may be allowed. It holds no database connection meanwhile.
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
    /** @returns to be called when the attempt has been decided; an attempt that fails otherwise is forgotten in time */
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

    /** When an attempt that begins to wait now gives up. */
    deadline: () => AbortSignal.timeout(maxWaitMs),

    /** The number of decisions so far, read before counters are. */
    decisionCount: () => decisionCount,

    /**
     * Waits until an attempt on one of these counters has been decided.
     * @param since the number of decisions before the counters were read: it does not wait for one that came meanwhile
     * @returns false when there is none, too many wait already, or the deadline has come
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
