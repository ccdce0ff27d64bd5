import type { Test } from 'tap'
import { build, buildWithSql } from './build.ts'
import { freePort } from '../../scripts/free-port.ts'

/** Like `build`, listening on loopback, by default on a free port. */
export async function listening(t: Test, overrides: Parameters<typeof build>[1] = {}, port = 0) {
  const built = await build(t, overrides)
  const url = await built.app.listen({ host: '127.0.0.1', port })
  return { ...built, url }
}

/** Like `listening`, at the origin of its passkeys, which is not an IP address. */
export async function listeningOnLocalhost(t: Test, environment: NodeJS.ProcessEnv = {}) {
  const port = await freePort()
  const url = `http://localhost:${port}`
  return { ...(await listening(t, { environment: { PUBLIC_URL: url, ...environment } }, port)), url }
}

type Certificate = { cert: string; key: string }

/** Like `buildWithSql`, listening at its configured origin. @param tls the certificate, for HTTPS */
export async function listeningAtItsOrigin(t: Test, environment: NodeJS.ProcessEnv = {}, tls?: Certificate) {
  return listenAtFreePort(t, environment, tls).catch((error: NodeJS.ErrnoException) => {
    // Another process has taken the port in the meantime.
    if (error.code !== 'EADDRINUSE') throw error
    return listenAtFreePort(t, environment, tls)
  })
}

async function listenAtFreePort(t: Test, environment: NodeJS.ProcessEnv, tls: Certificate | undefined) {
  const port = await freePort()
  const origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
  const built = await buildWithSql(t, 'sqlite', { PUBLIC_URL: origin, ...environment }, { tls })
  await built.app.listen({ host: '127.0.0.1', port })
  return { ...built, issuer: `${origin}/auth` }
}
