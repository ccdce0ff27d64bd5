import { ApiError } from '../errors/index.ts'

/** For whom a password is hashed. */
export interface Entrant {
  /** Where they are. */
  network: string
  /** Whether they have signed in from there, or with that device, before. */
  isKnown: boolean
}

interface Options {
  /** So many hashes at a time. */
  concurrency: number
  /** Milliseconds that somebody may have to wait for their turn. */
  queueMs: number
  /** A number from 0 to 1. */
  random?: () => number
  /** Is told of each refusal. */
  onRefused?: () => void
  /** Milliseconds, from whenever. */
  now?: () => number
}

interface Waiting {
  network: string
  weight: number
  start: () => void
}

/** Milliseconds that one of our own hashes takes, until that has been measured. */
const firstGuess = 30

/** How much the last hash counts for how long the next one is expected to take. */
const smoothing = 0.1

/** Of the longest wait: how far the queue is open to those who are not known, and how far to one network. */
const shares = { unknown: 1 / 2, network: 1 / 4 }

export type HashQueue = ReturnType<typeof createHashQueue>

/**
 * What every password hash passes. So many are computed at a time; others wait, in the order in which
 * they came, as long as the wait can be expected to be short, and are refused at once beyond that. A
 * permit belongs to a hash until that has been computed, whoever has hung up meanwhile.
 */
export function createHashQueue({
  concurrency,
  queueMs,
  random = Math.random,
  onRefused = () => {},
  now = () => performance.now(),
}: Options) {
  const queue: Waiting[] = []
  let running = 0
  let mostRunning = 0
  /** Weights of what is running and of what waits. */
  let load = 0
  /** Milliseconds that a hash of weight 1 takes. */
  let duration = firstGuess

  /** Milliseconds until whoever comes now can expect to have their turn. */
  function expectedWait(weights: number) {
    return running < concurrency ? 0 : (weights * duration) / concurrency
  }

  function hasRoom({ network, isKnown }: Entrant) {
    const wait = expectedWait(load)
    if (wait === 0) return true
    if (wait > (isKnown ? queueMs : queueMs * shares.unknown)) return false
    const ofNetwork = queue.reduce((sum, waiting) => (waiting.network === network ? sum + waiting.weight : sum), 0)
    return expectedWait(ofNetwork) <= queueMs * shares.network
  }

  /** Somebody who comes again at the moment that all others do as well would be refused again. */
  function overloaded() {
    onRefused()
    return new ApiError('temporarily_unavailable', {
      detail: 'Too many people are signing in at once. Please try again.',
      headers: { 'retry-after': String(1 + Math.floor(random() * 5)) },
    })
  }

  function turn(network: string, weight: number): Promise<void> {
    load += weight
    if (running < concurrency) {
      begin()
      return Promise.resolve()
    }
    return new Promise((resolve) => queue.push({ network, weight, start: resolve }))
  }

  function begin() {
    running++
    mostRunning = Math.max(mostRunning, running)
  }

  function end(weight: number, milliseconds: number) {
    duration += smoothing * (milliseconds / weight - duration)
    load -= weight
    running--
    const next = queue.shift()
    if (next === undefined) return
    begin()
    next.start()
  }

  return {
    /**
     * To be asked before anything else is done for somebody who would be refused.
     * @throws {ApiError} 503 with `Retry-After`
     */
    demandRoom(entrant: Entrant): void {
      if (!hasRoom(entrant)) throw overloaded()
    },

    /**
     * Computes a hash when its turn has come.
     * @param weight its cost beside one of our own
     * @throws {ApiError} 503 with `Retry-After`, at once, when that would be too late
     */
    async pass<Result>(entrant: Entrant, weight: number, compute: () => Promise<Result>): Promise<Result> {
      if (!hasRoom(entrant)) throw overloaded()
      await turn(entrant.network, weight)
      const begun = now()
      try {
        return await compute()
      } finally {
        end(weight, now() - begun)
      }
    },

    /** How many are computed at the moment, how many wait, and how many have been computed at once at most. */
    state: () => ({ running, waiting: queue.length, mostRunning }),
  }
}
