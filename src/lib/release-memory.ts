/**
 * Collects all garbage and returns the memory to the system. What a start leaves behind, above all the grown
 * young generation of V8, otherwise stays resident until the process ends.
 */
export async function releaseMemory(): Promise<void> {
  const { Session } = await import('node:inspector/promises')
  const session = new Session()
  session.connect()
  await session.post('HeapProfiler.collectGarbage')
  session.disconnect()
}
