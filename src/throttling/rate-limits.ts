import { dayMs, hourMs, maxClockSkewMs } from '../lib/time.ts'

/** The number of attempts counted under one key. Times are milliseconds since the epoch. */
export interface Counter {
  count: number
  /** The time of the last attempt; for an hourly limit, the time up to which the allowance is used. */
  countedAt: number
}

/** A rule for how often something may be attempted. */
export interface RateLimit {
  /** The time from which the next attempt is allowed; a time in the past if it is allowed already. */
  opensAt: (counter: Counter, now: number) => number
  /** Counts one more attempt. */
  add: (counter: Counter, now: number) => Counter
  /**
   * How far `countedAt` is set back when an attempt is taken back that should not count, in milliseconds.
   * @param countBefore the number of attempts counted before that one
   */
  setBackMs: (countBefore: number) => number
  /** How long after `countedAt` the counter can be deleted, in milliseconds; null for never. */
  lifetimeMs: number | null
  free: FreeRange
}

/**
 * The states of a counter in which an attempt is allowed and continues the count. In these, one statement counts
 * several attempts (`addIfFree` in counter-rows.ts), with the same results as `add`.
 */
export interface FreeRange {
  /** The maximum count after the attempts. */
  maxCount: number
  /** The age of the last attempt from which the count starts again at 1, in milliseconds. */
  resetMs: number
  /** How much of the hour each attempt uses, in milliseconds; 0 without an hourly limit. */
  intervalMs: number
}

const secondMs = 1000
const minuteMs = 60 * secondMs
const maxPauseMs = 15 * minuteMs

const unlimited: FreeRange = { maxCount: Number.MAX_SAFE_INTEGER, resetMs: Number.MAX_SAFE_INTEGER, intervalMs: 0 }

/**
 * Exponential back-off. After the free failures, each attempt must wait: a second at first, then twice as long each
 * time, up to 15 minutes. A day without failures resets the count.
 * @param freeFailures the number of failures without a wait
 */
export function backOff(freeFailures: number): RateLimit {
  const pauseAfter = (count: number) =>
    count < freeFailures ? 0 : Math.min(secondMs * 2 ** Math.min(count - freeFailures, 20), maxPauseMs)
  return {
    // Even if the clock was set back, the wait exceeds the pause by `maxClockSkewMs` at most.
    opensAt: ({ count, countedAt }, now) =>
      count < freeFailures || countedAt > now + maxClockSkewMs ? now : countedAt + pauseAfter(count),
    add: ({ count, countedAt }, now) => ({ count: now - countedAt >= dayMs ? 1 : count + 1, countedAt: now }),
    // The pause before the attempt has ended and must not begin again.
    setBackMs: pauseAfter,
    lifetimeMs: dayMs,
    free: { ...unlimited, maxCount: freeFailures, resetMs: dayMs },
  }
}

/**
 * An hourly limit by the generic cell rate algorithm (ITU-T I.371 5.4.1.1.1).
 * @param max the maximum number of attempts at the same moment, and per hour
 */
export function perHour(max: number): RateLimit {
  const intervalMs = Math.max(1, Math.floor(hourMs / max))
  // After the clock was set back, a caller has used at most what was counted. If the count does not bound that, one
  // attempt is allowed now and the next after an interval.
  const usedUpTo = ({ count, countedAt }: Counter, now: number) =>
    countedAt > now + hourMs + maxClockSkewMs && count * intervalMs > hourMs
      ? now + hourMs - intervalMs
      : Math.min(Math.max(countedAt, now), now + count * intervalMs)
  return {
    opensAt: (counter, now) => usedUpTo(counter, now) - hourMs + intervalMs,
    add: (counter, now) => ({ count: counter.count + 1, countedAt: usedUpTo(counter, now) + intervalMs }),
    setBackMs: () => intervalMs,
    lifetimeMs: 0,
    free: { ...unlimited, intervalMs },
  }
}

/**
 * Counts consecutive failures without a limit of its own.
 * @param quietDays the days after the last failure when the count is forgotten; without them, only a success or an
 *   unlock resets it
 */
export function consecutive(quietDays = Infinity): RateLimit {
  return {
    opensAt: () => 0,
    add: ({ count }, now) => ({ count: count + 1, countedAt: now }),
    setBackMs: () => 0,
    lifetimeMs: quietDays === Infinity ? null : quietDays * dayMs,
    free: unlimited,
  }
}
