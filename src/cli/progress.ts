import { digitsOf } from './output.ts'

/** Standard error, on which a bar is drawn if it is a terminal. */
interface Screen {
  isTTY?: boolean
  columns?: number
  write: (text: string) => unknown
}

interface Progress {
  /** Bytes read so far. */
  read: number
  /** Bytes in all; undefined when unknown. */
  size: number | undefined
  /** Records read so far; undefined when they are not counted. */
  records?: number
  /** Milliseconds since it began. */
  elapsed: number
}

const redrawIntervalMs = 100

/** A progress bar on a terminal; elsewhere nothing is drawn. */
export function createProgressBar(screen: Screen) {
  const began = performance.now()
  let drawn = -Infinity

  return {
    show(progress: Omit<Progress, 'elapsed'>) {
      const now = performance.now()
      if (screen.isTTY !== true || now - drawn < redrawIntervalMs) return
      drawn = now
      screen.write(
        `\r${describeProgress({ ...progress, elapsed: now - began }).slice(0, (screen.columns ?? 80) - 1)}\x1b[K`,
      )
    },

    /** Makes room for other text. */
    clear() {
      if (screen.isTTY !== true || drawn === -Infinity) return
      drawn = -Infinity
      screen.write('\r\x1b[K')
    },
  }
}

/** `[########------------]  42 %  41,900 records, about 12 s left` */
export function describeProgress({ read, size, records, elapsed }: Progress): string {
  const count = records === undefined ? [] : [`${digitsOf(records)} records`]
  if (size === undefined || size === 0) return count.join()
  const part = Math.min(1, read / size)
  const bar = '#'.repeat(Math.floor(part * 20)).padEnd(20, '-')
  const percent = String(Math.floor(part * 100)).padStart(3)
  const left = `about ${durationOf(elapsed / part - elapsed)} left`
  return `[${bar}] ${percent} %  ${[...count, left].join(', ')}`
}

function durationOf(milliseconds: number) {
  const seconds = Math.ceil(milliseconds / 1000)
  return seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
