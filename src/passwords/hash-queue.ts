import { ApiError } from '../errors/index.ts'
import { networksOf } from '../lib/networks.ts'

/** For whom a password is hashed: the queue divides its room among networks and accounts. */
export interface HashRequest {
  /** The networks and the account that the hash counts on. None of them may fill more than its share of the queue. */
  sharers: string[]
  /** Whether it may use the room that is reserved for established locations. */
  hasReservedRoom: boolean
}

interface Options {
  /** Hashes computed at a time. */
  concurrency: number
  /** The longest expected wait, in milliseconds. */
  queueMs: number
  /** A number from 0 to 1. */
  random?: () => number
  /** Called for each rejected request. */
  onRejected?: () => void
  /** Milliseconds of a monotonic clock. */
  now?: () => number
}

interface WaitingHash {
  sharers: string[]
  weight: number
  start: () => void
}

/** The duration of one of our own hashes, until it has been measured. */
const initialDurationMs = 30

/** The weight of the latest hash in the moving average of durations. */
const smoothing = 0.1

/** Parts of the longest wait: what is open without reserved room, and what any one network or account may fill. */
const shares = { unreserved: 1 / 2, sharer: 1 / 4 }

export type HashQueue = ReturnType<typeof createHashQueue>

/**
 * Every password hash passes this queue. A few are computed at a time, others wait in the order in which they came. A
 * request that can be expected to wait too long is rejected at once. A hash keeps its slot until it has been computed,
 * even if the client disconnects meanwhile.
 */
export function createHashQueue({
  concurrency,
  queueMs,
  random = Math.random,
  onRejected = () => {},
  now = () => performance.now(),
}: Options) {
  const queue: WaitingHash[] = []
  /** The weights of the hashes that wait, by network and account. */
  const waitingWeights = new Map<string, number>()
  let running = 0
  let maxRunning = 0
  /** The weights of running and waiting hashes. */
  let load = 0
  /** The average duration of a hash of weight 1. */
  let durationMs = initialDurationMs

  function expectedWaitMs(weights: number) {
    return running < concurrency ? 0 : (weights * durationMs) / concurrency
  }

  function hasRoom({ sharers, hasReservedRoom }: HashRequest) {
    const wait = expectedWaitMs(load)
    if (wait === 0) return true
    if (wait > (hasReservedRoom ? queueMs : queueMs * shares.unreserved)) return false
    return sharers.every((sharer) => expectedWaitMs(waitingWeights.get(sharer) ?? 0) <= queueMs * shares.sharer)
  }

  function addWaitingWeight(sharers: string[], weight: number) {
    for (const sharer of sharers) {
      const sum = (waitingWeights.get(sharer) ?? 0) + weight
      if (sum > 0) waitingWeights.set(sharer, sum)
      else waitingWeights.delete(sharer)
    }
  }

  /** The wait is random, so that rejected clients do not all return at the same moment. */
  function overloaded() {
    onRejected()
    return new ApiError('temporarily_unavailable', {
      detail: 'Too many people are signing in at once. Please try again.',
      headers: { 'retry-after': String(1 + Math.floor(random() * 5)) },
    })
  }

  function assertRoom(request: HashRequest): void {
    if (!hasRoom(request)) throw overloaded()
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
     * Asked first, before anything else is done for a request that would be rejected.
     * @throws {ApiError} 503 with `Retry-After`
     */
    assertRoom,

    /**
     * Computes a hash when its turn has come.
     * @param weight its cost in relation to one of our own hashes
     * @throws {ApiError} 503 with `Retry-After`, at once, when the wait would be too long
     */
    async run<Result>(request: HashRequest, weight: number, compute: () => Promise<Result>): Promise<Result> {
      assertRoom(request)
      await acquire(request.sharers, weight)
      const startedAt = now()
      try {
        return await compute()
      } finally {
        release(weight, now() - startedAt)
      }
    },

    /** Hashes that are running and waiting, and the most that ever ran at once. */
    state: () => ({ running, waiting: queue.length, maxRunning }),
  }
}

/** A hash for a request that no user or device is known of. */
export function hashRequestOf({ address }: { address: string | null }): HashRequest {
  return { sharers: networksOf(address ?? ''), hasReservedRoom: false }
}
