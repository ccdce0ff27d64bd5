const signals = ['SIGINT', 'SIGTERM'] as const

/**
 * Lets long work come to a good end when somebody interrupts it; the second time it ends at once.
 * @returns what is aborted then, and what gives the signals back
 */
export function listenForInterrupts(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController()
  const release = () => {
    for (const name of signals) process.off(name, interrupt)
  }
  function interrupt() {
    release()
    controller.abort()
  }
  for (const name of signals) process.on(name, interrupt)
  return { signal: controller.signal, release }
}
