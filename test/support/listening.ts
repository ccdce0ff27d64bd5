import type { Test } from 'tap'
import { build, buildWithSql } from './build.ts'
import { freePort } from '../../scripts/free-port.ts'

/** What `build` makes, listening on loopback; on a free port unless one is named. */
export async function listening(t: Test, overrides: Parameters<typeof build>[1] = {}, port = 0) {
  const built = await build(t, overrides)
  const url = await built.app.listen({ host: '127.0.0.1', port })
  return { ...built, url }
}

/** What `buildWithSql` makes, listening at the origin that it tells of itself. */
export async function listeningAtItsOrigin(t: Test, environment: NodeJS.ProcessEnv = {}) {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const built = await buildWithSql(t, 'sqlite', { PUBLIC_URL: origin, ...environment })
  await built.app.listen({ host: '127.0.0.1', port })
  return { ...built, issuer: `${origin}/auth` }
}
