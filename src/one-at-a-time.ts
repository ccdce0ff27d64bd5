/** The same work, of which one run is under way at a time: who asks meanwhile waits for that. */
export function oneAtATime (work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= work().finally(() => { running = undefined })
    return running
  }
}
