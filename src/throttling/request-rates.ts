import type { Origin } from '../audit/index.ts'
import { networksOf } from '../lib/networks.ts'
import type { Counted, Counters } from './counters.ts'
import { perHour } from './rate-limits.ts'

export type RequestRates = ReturnType<typeof createRequestRates>

/** The limits per network on requests that require no password. */
export function createRequestRates({ counters }: { counters: Counters }) {
  return {
    /**
     * Counts a request.
     * @param kind what the request is counted as; each kind has counters of its own
     * @param maxPerHour the maximum number of requests of this kind from one network per hour
     * @param origin the origin of the request
     * @throws {ApiError} 429 `slow_down` when the limit is reached
     */
    async count(kind: string, maxPerHour: number, { address }: Origin): Promise<void> {
      await counters.count(networkCounters(counters, kind, maxPerHour, networksOf(address ?? '')))
    },
  }
}

/**
 * The hourly counters of a network and of the networks that contain it.
 * @param counters makes the keys
 * @param kind what is counted
 * @param maxPerHour the limit of the narrowest network; each wider one has four times the limit
 * @param networks the networks, narrowest first
 */
export function networkCounters(counters: Counters, kind: string, maxPerHour: number, networks: string[]): Counted[] {
  return networks.map((network, index) => ({
    key: counters.keyOf(kind, network),
    limit: perHour(maxPerHour * 4 ** index),
    userId: null,
    factor: null,
    onSuccess: 'subtract',
  }))
}
