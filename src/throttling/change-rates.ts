import type { Writer } from '../store/index.ts'
import type { Counters } from './counters.ts'
import { perHour } from './rate-limits.ts'

export type ChangeRates = ReturnType<typeof createChangeRates>

/** The limits per user on changes of their own account. */
export function createChangeRates({ counters }: { counters: Counters }) {
  return {
    /**
     * Counts a change, in its transaction.
     * @param kind what the change is counted as; each kind has counters of its own
     * @param maxPerHour the maximum number of changes of this kind by one user per hour
     * @throws {ApiError} 429 `slow_down` when the limit is reached
     */
    async count(db: Writer, kind: string, maxPerHour: number, userId: string): Promise<void> {
      const key = counters.keyOf(kind, userId)
      await counters.reserveWithin(db, [
        { key, limit: perHour(maxPerHour), userId: null, factor: null, onSuccess: 'subtract' },
      ])
    },
  }
}
