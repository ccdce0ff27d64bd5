import type { Test } from 'tap'
import { build } from './build.ts'

/** What `build` makes, listening on loopback; on a free port unless one is named. */
export async function listening (t: Test, overrides: Parameters<typeof build>[1] = {}, port = 0) {
  const built = await build(t, overrides)
  const url = await built.app.listen({ host: '127.0.0.1', port })
  return { ...built, url }
}
