/** The count of failures under one key. Times are milliseconds since the epoch. */
export interface Counter {
  count: number
  /** When it was last counted; for an hourly limit, the time up to which the allowance is used. */
  countedAt: number
}

/** How often something may be attempted. */
export interface RateLimit {
  /** When the next attempt is allowed; a time in the past when it is allowed already. */
  opensAt: (counter: Counter, now: number) => number
  /** Counts one more attempt. */
  add: (counter: Counter, now: number) => Counter
  /**
   * Takes back an attempt that was counted and must not count.
   * @param before the counter as it was before that attempt
   */
  subtract: (counter: Counter, before: Counter) => Counter
  /** When the counter can be deleted; null for never. */
  expiresAt: (counter: Counter) => number | null
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const maxPauseMs = 15 * minute

/** The clocks of instances differ by less. A later time in a counter means that the clock was set back. */
const maxClockSkewMs = 10 * second

/**
 * Exponential back-off: after some free failures each attempt waits, for a second at first and twice as long each
 * time. A day without failures resets the count.
 */
export function backOff(freeFailures: number): RateLimit {
  const pauseAfter = (count: number) =>
    count < freeFailures ? 0 : Math.min(second * 2 ** Math.min(count - freeFailures, 20), maxPauseMs)
  return {
    // A wait is never longer than the pause, even if the clock was set back.
    opensAt: ({ count, countedAt }, now) =>
      count < freeFailures || countedAt > now + maxClockSkewMs ? now : countedAt + pauseAfter(count),
    add: ({ count, countedAt }, now) => ({ count: now - countedAt >= day ? 1 : count + 1, countedAt: now }),
    // The pause that had ended does not begin again.
    subtract: ({ count, countedAt }, before) => ({ count: count - 1, countedAt: countedAt - pauseAfter(before.count) }),
    expiresAt: ({ countedAt }) => countedAt + day,
  }
}

/** At most `max` at once and `max` an hour: the generic cell rate algorithm (ITU-T I.371 5.4.1.1.1). */
export function perHour(max: number): RateLimit {
  const interval = Math.max(1, Math.floor(hour / max))
  // After the clock was set back, a caller has used at most what was counted. Where that cannot be known, one
  // attempt is allowed, and the next one when it is due.
  const usedUpTo = ({ count, countedAt }: Counter, now: number) =>
    countedAt > now + hour + maxClockSkewMs && count * interval > hour
      ? now + hour - interval
      : Math.min(Math.max(countedAt, now), now + count * interval)
  return {
    opensAt: (counter, now) => usedUpTo(counter, now) - hour + interval,
    add: (counter, now) => ({ count: counter.count + 1, countedAt: usedUpTo(counter, now) + interval }),
    subtract: ({ count, countedAt }) => ({ count: count - 1, countedAt: countedAt - interval }),
    expiresAt: ({ countedAt }) => countedAt,
  }
}

/** Counts without a limit of its own, until a success or an unlock, or for some days after the last failure. */
export function consecutive(quietDays = Infinity): RateLimit {
  return {
    opensAt: () => 0,
    add: ({ count }, now) => ({ count: count + 1, countedAt: now }),
    subtract: ({ count, countedAt }) => ({ count: count - 1, countedAt }),
    expiresAt: ({ countedAt }) => (quietDays === Infinity ? null : countedAt + quietDays * day),
  }
}
