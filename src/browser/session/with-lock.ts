interface Locks {
  request(name: string, task: () => Promise<void>): Promise<void>
}

/** One tab at a time. Browsers have no locks on plain http, where the server's grace for repeated refreshes helps. */
export async function withLock(name: string, task: () => Promise<void>): Promise<void> {
  const { navigator }: { navigator?: { locks?: Locks } } = globalThis as object
  const locks = navigator?.locks
  return locks === undefined ? await task() : await locks.request(name, task)
}
