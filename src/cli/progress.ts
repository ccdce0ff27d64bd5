import { digitsOf } from './output.ts'

/** Standard error. The bar is drawn only if it is a terminal. */
interface Screen {
  isTTY?: boolean
  columns?: number
  write: (text: string) => unknown
}

interface Progress {
  /** Bytes read so far. */
  read: number
  /** Total bytes; undefined when unknown. */
  size: number | undefined
  /** Records read so far; undefined when they are not counted. */
  records?: number
  elapsedMs: number
}

const redrawIntervalMs = 100

/** A progress bar on a terminal. Elsewhere nothing is drawn. */
export function createProgressBar(screen: Screen) {
  const began = performance.now()
  let drawn = -Infinity

  return {
    show(progress: Omit<Progress, 'elapsedMs'>) {
      const now = performance.now()
      if (screen.isTTY !== true || now - drawn < redrawIntervalMs) return
      drawn = now
      screen.write(
        `\r${describeProgress({ ...progress, elapsedMs: now - began }).slice(0, (screen.columns ?? 80) - 1)}\x1b[K`,
      )
    },

    /** Clears the line for other text. */
    clear() {
      if (screen.isTTY !== true || drawn === -Infinity) return
      drawn = -Infinity
      screen.write('\r\x1b[K')
    },
  }
}

/** `[########------------]  42 %  41,900 records, about 12 s left` */
export function describeProgress({ read, size, records, elapsedMs }: Progress): string {
  const count = records === undefined ? [] : [`${digitsOf(records)} records`]
  if (size === undefined || size === 0) return count.join()
  const part = Math.min(1, read / size)
  const bar = '#'.repeat(Math.floor(part * 20)).padEnd(20, '-')
  const percent = String(Math.floor(part * 100)).padStart(3)
  const left = `about ${durationOf(elapsedMs / part - elapsedMs)} left`
  return `[${bar}] ${percent} %  ${[...count, left].join(', ')}`
}

function durationOf(milliseconds: number) {
  const seconds = Math.ceil(milliseconds / 1000)
  return seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
