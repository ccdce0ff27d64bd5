import type { Signals } from './context.ts'

const interrupts = ['SIGINT', 'SIGTERM'] as const

/**
 * Lets long work end cleanly at the first SIGINT or SIGTERM. A second signal ends the process at once.
 * @returns a signal that is aborted at the interrupt, and a function that stops listening
 */
export function listenForInterrupts(signals: Signals | undefined): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController()
  const release = () => {
    for (const name of interrupts) signals?.off(name, interrupt)
  }
  function interrupt() {
    release()
    controller.abort()
  }
  for (const name of interrupts) signals?.on(name, interrupt)
  return { signal: controller.signal, release }
}
