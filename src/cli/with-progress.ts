import type { CommandContext } from './context.ts'
import { listenForInterrupts } from './interrupts.ts'
import { createProgressBar } from './progress.ts'

interface Watch {
  onProgress: (progress: { read: number; size: number }) => void
  signal: AbortSignal
}

/** Shows the progress of long work, and lets it end cleanly when it is interrupted. */
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
