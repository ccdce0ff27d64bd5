import type { Origin } from '../audit/index.ts'
import { networksOf } from '../lib/networks.ts'
import type { Counted, Counters } from './counters.ts'
import { perHour } from './rate-limits.ts'

export type RequestRates = ReturnType<typeof createRequestRates>

/** Limits on requests that need no password, per network. */
export function createRequestRates({ counters }: { counters: Counters }) {
  return {
    /** @throws {ApiError} 429 `slow_down` */
    async count(kind: string, maxPerHour: number, { address }: Origin): Promise<void> {
      await counters.count(networkCounters(counters, kind, maxPerHour, networksOf(address ?? '')))
    },
  }
}

/** The hourly counters of a network, and of the networks around it, each of which may do four times as much. */
export function networkCounters(counters: Counters, kind: string, maxPerHour: number, networks: string[]): Counted[] {
  return networks.map((network, index) => ({
    key: counters.keyOf(kind, network),
    limit: perHour(maxPerHour * 4 ** index),
    userId: null,
    onSuccess: 'subtract',
  }))
}
