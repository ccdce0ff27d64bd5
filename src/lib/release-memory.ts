/**
 * Collects all garbage and returns the memory to the system. Otherwise the garbage of the start, and above all the
 * enlarged young generation of V8, would stay resident until the process ends.
 */
export async function releaseMemory(): Promise<void> {
  const { Session } = await import('node:inspector/promises')
  const session = new Session()
  session.connect()
  await session.post('HeapProfiler.collectGarbage')
  session.disconnect()
}
