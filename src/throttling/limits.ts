/** How often something was counted. Times are milliseconds since the epoch. */
export interface Counter {
  count: number
  /** When it was counted last; of a rate, up to when it is used up. */
  countedAt: number
}

/** How often something may be tried. */
export interface Limit {
  /** From when on it may be tried again; in the past when it may. */
  opensAt: (counter: Counter, now: number) => number
  /** One more. */
  add: (counter: Counter, now: number) => Counter
  /** One that was counted, and is not to count. @param former how the counter was before that one */
  subtract: (counter: Counter, former: Counter) => Counter
  /** From when on a counter is of no use any more; null for never. */
  endsAt: (counter: Counter) => number | null
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Of a pause. */
const longest = 15 * minute

/** Clocks of instances differ by less. What was counted later than that has yet to be: the clock has been set back. */
const skew = 10 * second

/** Some are free; then there is a pause before each, a second at first and twice as long each time. Forgotten after a quiet day. */
export function pausing(free: number): Limit {
  const pauseAfter = (count: number) => (count < free ? 0 : Math.min(second * 2 ** Math.min(count - free, 20), longest))
  return {
    // However the clock has been set meanwhile, nobody waits for longer than the pause.
    opensAt: ({ count, countedAt }, now) =>
      count < free || countedAt > now + skew ? now : countedAt + pauseAfter(count),
    add: ({ count, countedAt }, now) => ({ count: now - countedAt >= day ? 1 : count + 1, countedAt: now }),
    // The pause that was over is not begun again.
    subtract: ({ count, countedAt }, former) => ({ count: count - 1, countedAt: countedAt - pauseAfter(former.count) }),
    endsAt: ({ countedAt }) => countedAt + day,
  }
}

/** So many at once, and so many an hour (the generic cell rate algorithm, ITU-T I.371 5.4.1.1.1). */
export function perHour(most: number): Limit {
  const interval = Math.max(1, Math.floor(hour / most))
  // However the clock has been set back, they have used up no more than they are; where nobody can say, one is let through, and then the next when it is due.
  const usedUpAt = ({ count, countedAt }: Counter, now: number) =>
    countedAt > now + hour + skew && count * interval > hour
      ? now + hour - interval
      : Math.min(Math.max(countedAt, now), now + count * interval)
  return {
    opensAt: (counter, now) => usedUpAt(counter, now) - hour + interval,
    add: (counter, now) => ({ count: counter.count + 1, countedAt: usedUpAt(counter, now) + interval }),
    subtract: ({ count, countedAt }) => ({ count: count - 1, countedAt: countedAt - interval }),
    endsAt: ({ countedAt }) => countedAt,
  }
}

/** Counted until something else ends it, or nothing has been for so many days. */
export function inARow(quietDays = Infinity): Limit {
  return {
    opensAt: () => 0,
    add: ({ count }, now) => ({ count: count + 1, countedAt: now }),
    subtract: ({ count, countedAt }) => ({ count: count - 1, countedAt }),
    endsAt: ({ countedAt }) => (quietDays === Infinity ? null : countedAt + quietDays * day),
  }
}
