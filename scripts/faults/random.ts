export type Random = ReturnType<typeof createRandom>

/** Random numbers that a seed repeats (mulberry32). The order of answers still differs from run to run. */
export function createRandom(seed: number) {
  let state = seed
  /** A number from 0 up to 1. */
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number) => from + next() * (to - from)
  return {
    between,
    /** A whole number from 0 up to `count`. */
    below: (count: number) => Math.floor(between(0, count)),
    pick<T>(items: readonly T[]): T {
      const item = items[Math.floor(between(0, items.length))]
      if (item === undefined) throw new Error('There is nothing to pick from.')
      return item
    },
  }
}
