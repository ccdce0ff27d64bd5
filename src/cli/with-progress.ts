import type { CommandContext } from './context.ts'
import { listenForInterrupts } from './interrupts.ts'
import { createProgressBar } from './progress.ts'

interface Watch {
  onProgress: (progress: { read: number; size: number }) => void
  signal: AbortSignal
}

/** Runs long work with a progress bar, and lets an interrupt end it cleanly. */
export async function withProgress<T>(
  { signals, stderr }: CommandContext,
  work: (watch: Watch) => Promise<T>,
): Promise<T> {
  const { signal, release } = listenForInterrupts(signals)
  const bar = createProgressBar(stderr)
  try {
    return await work({ signal, onProgress: bar.show })
  } finally {
    release()
    bar.clear()
  }
}
