import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { runJobs } from '../plugins/run-jobs.ts'
import { createFirstAdministratorLink } from './administration/index.ts'
import { productionTiming, publicUrlOf, readTls, type Settings, type Timing } from './config/index.ts'
import { StartError } from './errors/index.ts'
import type { LogStream } from './lib/log-destination.ts'
import { releaseMemory } from './lib/release-memory.ts'
import { warnOfNode } from './lib/version.ts'
import type { MailOptions } from './mail/index.ts'
import { createService } from './service.ts'

/** How long requests in flight may take after SIGTERM or SIGINT. */
const graceMs = 10_000

/** Milliseconds after the start, so that the first requests are not delayed. */
const memoryReleaseMs = 1_000

interface Options extends MailOptions {
  /** Runs before the service listens. */
  prepare?: (app: FastifyInstance) => Promise<unknown>
  /** Shows a text to the operator; undefined without a terminal. */
  show: ((text: string) => void) | undefined
  /** `24.11.0` */
  nodeVersion: string
  /** Takes log lines; without it they go to file descriptor 1. */
  logStream?: LogStream | undefined
  timing?: Timing
  /** Logged at the start. */
  warnings?: string[]
}

/**
 * Starts the service. SIGTERM and SIGINT end it once the requests in flight are answered.
 * @throws {StartError} when it cannot start
 */
export async function serve(
  settings: Settings,
  { prepare, show, nodeVersion, logStream, timing = productionTiming, warnings = [], ...mail }: Options,
): Promise<FastifyInstance> {
  const tls = await readTls(settings)
  const app = await createService(settings, { tls, timing, logStream, ...mail })
  const nodeWarning = warnOfNode(nodeVersion)
  if (nodeWarning !== undefined) app.log.warn(nodeWarning)
  for (const warning of warnings) app.log.warn(warning)
  // An empty event loop must not end the process with exit code 0 after a failed start.
  const { uninstall } = closeWithGrace({ delay: graceMs, logger: app.log, skip: ['beforeExit'] }, async ({ err }) => {
    if (err !== undefined) app.log.fatal({ err }, 'ending after an error')
    // Connections that are still open then are idle, or their requests do not end.
    setTimeout(() => app.server.closeAllConnections(), graceMs / 2)
    await app.close()
    await logStream?.whenFlushed?.()
  })
  // Node closes the connections that are idle now, but not those that become idle later.
  app.addHook('preClose', async () => {
    app.server.keepAliveTimeout = 1
  })
  try {
    await prepare?.(app)
    const firstAdministrator = createFirstAdministratorLink(
      { invite: app.latchkey.inviteFirstAdministrator, log: app.log },
      { dataDir: settings.dataDir, show },
    )
    runJobs(app, timing, [
      { name: 'first administrator link removal', everyMs: 60_000, run: firstAdministrator.deleteExpired },
    ])
    await listen(app, settings)
    await firstAdministrator.offer()
    setTimeout(() => {
      releaseMemory().catch((err) => app.log.warn({ err }, 'memory release failed'))
    }, memoryReleaseMs).unref()
  } catch (error) {
    uninstall()
    await app.close()
    await logStream?.whenFlushed?.()
    throw error
  }
  return app
}

async function listen(app: FastifyInstance, { host, port }: Settings) {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    throw new StartError([`It cannot listen on ${host}, port ${port}: ${reasonOf(cause)}`], { cause })
  }
}

/** The URL to show to the operator. */
export function addressOf(app: FastifyInstance, settings: Settings) {
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : settings.port
  const url = publicUrlOf({ ...settings, port })
  return settings.docs ? `${url}/docs` : url + settings.prefix
}

function reasonOf(cause: unknown) {
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause && cause.code === 'EADDRINUSE'
    ? 'the port is in use. Stop the program that has it, or set PORT to another one.'
    : cause.message
}
