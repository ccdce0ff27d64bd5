import { readFile } from 'node:fs/promises'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { publicUrlOf, type Settings } from './config.ts'
import { StartError } from './errors.ts'
import { createService, type Surroundings } from './service.ts'

/** Milliseconds that requests in flight have at the end. */
const grace = 10_000

/**
 * Starts the service, and ends it at SIGTERM and SIGINT: what is in flight is answered first.
 * @throws {StartError} when it cannot start
 */
export async function serve (settings: Settings, surroundings: Surroundings = {}): Promise<FastifyInstance> {
  const app = await createService(settings, { ...surroundings, tls: await readTls(settings) })
  closeWithGrace({ delay: grace, logger: app.log }, async ({ err }) => {
    if (err !== undefined) app.log.fatal({ err }, 'ending after an error')
    await app.close()
  })
  try {
    await app.listen({ host: settings.host, port: settings.port })
  } catch (cause) {
    await app.close()
    throw new StartError([`It cannot listen on ${settings.host}, port ${settings.port}: ${cause instanceof Error ? cause.message : cause}`], { cause })
  }
  return app
}

/** Where a person finds it. */
export function addressOf (app: FastifyInstance, settings: Settings) {
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : settings.port
  const url = publicUrlOf({ ...settings, port })
  return settings.docs ? `${url}/docs` : url + settings.prefix
}

async function readTls ({ tlsCert, tlsKey }: Settings) {
  if (tlsCert === undefined || tlsKey === undefined) return undefined
  return { cert: await readPem('TLS_CERT', tlsCert), key: await readPem('TLS_KEY', tlsKey) }
}

async function readPem (name: string, path: string) {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new StartError([`${name} is ${JSON.stringify(path)}: it must be a file that can be read`], { cause })
  }
}
