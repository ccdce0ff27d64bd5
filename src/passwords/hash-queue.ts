import { ApiError } from '../errors/index.ts'
import { networksOf } from '../lib/networks.ts'

/** The origin of a hash, by which the queue divides its room among networks and accounts. */
export interface HashRequest {
  /** The networks and the account that the hash is counted for. Each may fill a limited share of the queue. */
  sharers: string[]
  /** Whether the hash may use the room that is reserved for established locations. */
  hasReservedRoom: boolean
}

/** A place in the queue that is kept for a hash while its attempt is counted. */
export interface HashTicket extends HashRequest {
  /**
   * Gives the place up.
   * @returns whether it was still kept
   */
  release: () => boolean
}

interface Options {
  /** The number of hashes computed at the same time. */
  concurrency: number
  /** The longest expected wait, in milliseconds. */
  queueMs: number
  /** Returns a random number from 0 to 1. */
  random?: () => number
  /** Called for each request that is rejected because the queue is full. */
  onRejected?: () => void
  /** Called after each hash. */
  onHash?: OnHash
  /** Milliseconds of a monotonic clock. */
  now?: () => number
}

/** The time that a hash waited for its turn, and the time that it took. */
export type OnHash = (times: { waitMs: number; durationMs: number }) => void

interface WaitingHash {
  sharers: string[]
  weight: number
  start: () => void
}

/** The assumed duration of one of Latchkey's own hashes until it has been measured. */
const initialDurationMs = 30

/** The weight of the latest hash in the moving average of durations. */
const smoothing = 0.1

/** The part of the queue that requests without reserved room may fill. */
const unreservedShare = 1 / 2

/** The part of the queue that one network or account may fill. */
const maxSharePerSharer = 1 / 4

export type HashQueue = ReturnType<typeof createHashQueue>

/**
 * The queue of all password hashes. A few hashes are computed at a time, the others wait in the order of their arrival.
 * A request that would wait too long is rejected immediately. A hash keeps its slot until it has been computed, even if
 * the client disconnects.
 */
export function createHashQueue({
  concurrency,
  queueMs,
  random = Math.random,
  onRejected = () => {},
  onHash = () => {},
  now = () => performance.now(),
}: Options) {
  const queue: WaitingHash[] = []
  /** The total weight of the waiting hashes of each network and account. */
  const waitingWeights = new Map<string, number>()
  let running = 0
  let maxRunning = 0
  /** The number of places that are kept for hashes. */
  let kept = 0
  /** The total weight of the running and waiting hashes, and of those whose place is kept. */
  let load = 0
  /** The average duration of a hash with the weight 1. */
  let durationMs = initialDurationMs

  function expectedWaitMs(weights: number) {
    return running + kept < concurrency ? 0 : (weights * durationMs) / concurrency
  }

  function hasRoom({ sharers, hasReservedRoom }: HashRequest) {
    const wait = expectedWaitMs(load)
    if (wait === 0) return true
    if (wait > (hasReservedRoom ? queueMs : queueMs * unreservedShare)) return false
    return sharers.every((sharer) => expectedWaitMs(waitingWeights.get(sharer) ?? 0) <= queueMs * maxSharePerSharer)
  }

  function addWaitingWeight(sharers: string[], weight: number) {
    for (const sharer of sharers) {
      const sum = (waitingWeights.get(sharer) ?? 0) + weight
      if (sum > 0) waitingWeights.set(sharer, sum)
      else waitingWeights.delete(sharer)
    }
  }

  /** `Retry-After` is random, so that rejected clients do not all retry at the same moment. */
  function overloaded() {
    onRejected()
    return new ApiError('temporarily_unavailable', {
      detail: 'Too many people are signing in at once. Try again in a few seconds.',
      headers: { 'retry-after': String(1 + Math.floor(random() * 5)) },
    })
  }

  function assertRoom(request: HashRequest): void {
    if (!hasRoom(request)) throw overloaded()
  }

  /** A kept place counts as a waiting hash with the weight 1, because its password has not been read yet. */
  function keep(change: 1 | -1, sharers: string[]) {
    kept += change
    load += change
    addWaitingWeight(sharers, change)
  }

  function acquire(sharers: string[], weight: number): Promise<void> {
    load += weight
    if (running < concurrency) {
      begin()
      return Promise.resolve()
    }
    addWaitingWeight(sharers, weight)
    return new Promise((resolve) => queue.push({ sharers, weight, start: resolve }))
  }

  function begin() {
    running++
    maxRunning = Math.max(maxRunning, running)
  }

  function release(weight: number, milliseconds: number) {
    durationMs += smoothing * (milliseconds / weight - durationMs)
    load -= weight
    running--
    const next = queue.shift()
    if (next === undefined) return
    addWaitingWeight(next.sharers, -next.weight)
    begin()
    next.start()
  }

  return {
    /**
     * Rejects a request for which the queue has no room, before any work is spent on it.
     * @throws {ApiError} 503 with `Retry-After`
     */
    assertRoom,

    /**
     * Keeps a place in the queue, so that no more attempts are counted than can be hashed.
     * @throws {ApiError} 503 with `Retry-After`
     */
    reserve(request: HashRequest): HashTicket {
      assertRoom(request)
      keep(1, request.sharers)
      let isKept = true
      function release() {
        if (!isKept) return false
        isKept = false
        keep(-1, request.sharers)
        return true
      }
      return { ...request, release }
    },

    /**
     * Computes a hash when its turn has come.
     * @param request the origin of the hash, or the ticket that was reserved for it
     * @param weight the cost of the hash, relative to one of Latchkey's own hashes
     * @param compute computes the hash
     * @throws {ApiError} 503 with `Retry-After`, immediately, when the wait would be too long
     */
    async run<Result>(
      request: HashRequest | HashTicket,
      weight: number,
      compute: () => Promise<Result>,
    ): Promise<Result> {
      const hasPlace = 'release' in request && request.release()
      if (!hasPlace) assertRoom(request)
      const arrivedAt = now()
      await acquire(request.sharers, weight)
      const startedAt = now()
      try {
        return await compute()
      } finally {
        const durationMs = now() - startedAt
        release(weight, durationMs)
        onHash({ waitMs: startedAt - arrivedAt, durationMs })
      }
    },

    /** The number of running and of waiting hashes, and the highest number that ever ran at the same time. */
    state: () => ({ running, waiting: queue.length, maxRunning }),
  }
}

/** Makes the hash request of a caller whose user and device are unknown. */
export function hashRequestOf({ address }: { address: string | null }): HashRequest {
  return { sharers: networksOf(address ?? ''), hasReservedRoom: false }
}
