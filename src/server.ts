import { Server as HttpsServer } from 'node:https'
import type { Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { isatty } from 'node:tty'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { maxFinalReportMs } from '../plugins/audit.ts'
import { maxStopListeningMs } from '../plugins/draining.ts'
import { runJobs } from '../plugins/run-jobs.ts'
import { createFirstAdministratorLink } from './administration/index.ts'
import { productionTiming, publicUrlOf, readTls, type Settings, type Timing } from './config/index.ts'
import { maxJobStopMs } from './lib/background-jobs.ts'
import type { LogStream } from './lib/log-destination.ts'
import { releaseMemory } from './lib/release-memory.ts'
import { warnOfNode } from './lib/version.ts'
import type { MailOptions } from './mail/index.ts'
import { listen, type Listening, portOf } from './listen.ts'
import { createMetricsServer } from './metrics-server.ts'
import { createService } from './service.ts'
import { maxTraceEndMs, type TraceExport } from './telemetry/index.ts'

/** How long pending requests may take once no more are accepted. */
const maxRequestMs = 5_000

/** How long closing the database and the log may take. */
const maxFlushMs = 500

/** How long the service may take to stop after DRAIN_SECONDS. Files in ops/ and the documentation name the total. */
const graceMs =
  maxStopListeningMs + Math.max(maxRequestMs, maxJobStopMs) + maxFinalReportMs + maxFlushMs + maxTraceEndMs

/** The file descriptor of standard error. */
const stderrFd = 2

/** Releasing memory waits this long after the start, so that it does not delay the first requests. */
const memoryReleaseDelayMs = 1_000

interface Options extends MailOptions {
  /** Called before the service listens. */
  prepare?: (app: FastifyInstance) => Promise<unknown>
  /** Prints a text on the operator's terminal; undefined without a terminal. */
  show: ((text: string) => void) | undefined
  /** The version of Node.js, such as `24.11.0`. */
  nodeVersion: string
  /** The destination of log lines. Default: file descriptor 1. */
  logStream?: LogStream | undefined
  /** The export of traces, if they are wanted. It ends with the service. */
  traces?: TraceExport | undefined
  timing?: Timing
  /** Logged at the start. */
  warnings?: string[]
}

const crashSignals = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const

/**
 * Starts the service. SIGTERM and SIGINT stop it once all pending requests are answered. After SIGTERM, requests are
 * still accepted for a while, so that load balancers notice. SIGHUP makes it read its certificate again.
 * @throws {StartError} when it cannot start
 */
export async function serve(
  settings: Settings,
  { prepare, show, nodeVersion, logStream, traces, timing = productionTiming, warnings = [], ...mail }: Options,
): Promise<FastifyInstance> {
  const tls = await readTls(settings)
  const app = await createService(settings, {
    tls,
    timing,
    logStream,
    traces: traces !== undefined,
    endTraces: traces?.end,
    ...mail,
  })
  const nodeWarning = warnOfNode(nodeVersion)
  if (nodeWarning !== undefined) app.log.warn(nodeWarning)
  for (const warning of warnings) app.log.warn(warning)
  let listening: Listening | undefined
  const { close, uninstall } = closeWithGrace(
    {
      delay: settings.drainSeconds * 1000 + graceMs,
      logger: app.log,
      // An empty event loop after a failed start must not end the process with exit code 0. After a crash, a process
      // that handles its signal would never end.
      skip: ['beforeExit', 'SIGHUP', ...crashSignals],
    },
    async ({ err, signal, manual: isHangUp }) => {
      if (err !== undefined) app.log.fatal({ err }, 'unexpected error, service stopped')
      app.draining.start()
      if (signal === 'SIGTERM' && settings.drainSeconds > 0 && app.server.listening) {
        await drain(app, settings, listening?.acceptors ?? [])
      }
      // Connections that are still open by then are idle, or their requests hang.
      setTimeout(() => app.server.closeAllConnections(), maxRequestMs)
      await app.close()
      app.log.info('service stopped')
      await logStream?.whenFlushed?.()
      // At a normal exit, Node.js would crash when it resets the terminal that is gone.
      if (isHangUp === true) process.kill(process.pid, 'SIGHUP')
    },
  )
  handleHangUp(app, settings, close)
  // Node closes connections that are idle now, but not those that become idle later.
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
    if (settings.metrics) await serveMetrics(app, settings)
    listening = await listen(app, { ...settings, settings: { host: 'HOST', port: 'PORT' } })
    await firstAdministrator.offer()
    setTimeout(() => {
      releaseMemory().catch((err) => app.log.warn({ err }, 'memory release failed'))
    }, memoryReleaseDelayMs).unref()
  } catch (error) {
    uninstall()
    await app.close()
    await logStream?.whenFlushed?.()
    throw error
  }
  return app
}

async function serveMetrics(app: FastifyInstance, { metricsHost: host, metricsPort: port }: Settings) {
  const server = createMetricsServer(app)
  const { url } = await listen(server, { host, port, settings: { host: 'METRICS_HOST', port: 'METRICS_PORT' } })
  app.log.info({ url: `${url}/metrics` }, 'metrics served')
}

async function drain(app: FastifyInstance, { drainSeconds }: Settings, acceptors: Server[]) {
  app.log.info({ seconds: drainSeconds }, 'draining started')
  await sleep(drainSeconds * 1000)
  await app.draining.stopListening(acceptors)
  app.log.info('draining ended')
}

/** At SIGHUP, reads the certificate again, or stops the service if its terminal has been closed. */
function handleHangUp(app: FastifyInstance, settings: Settings, stop: () => void) {
  const hadTerminal = isatty(stderrFd)
  const onHangUp = () => {
    if (hadTerminal && !isatty(stderrFd)) stop()
    else reloadCertificate(app, settings)
  }
  process.on('SIGHUP', onHangUp)
  app.addHook('onClose', async () => {
    process.off('SIGHUP', onHangUp)
  })
}

async function reloadCertificate({ log, server }: FastifyInstance, settings: Settings) {
  try {
    const tls = await readTls(settings)
    if (tls === undefined || !(server instanceof HttpsServer)) {
      return log.info('SIGHUP ignored, no certificate to reload')
    }
    server.setSecureContext(tls)
    log.info('certificate reloaded')
  } catch (err) {
    log.error({ err }, 'certificate reload failed, previous certificate kept')
  }
}

/** The URL that is shown to the operator. */
export function addressOf(app: FastifyInstance, settings: Settings) {
  const url = publicUrlOf({ ...settings, port: portOf(app) ?? settings.port })
  return settings.docs ? `${url}/docs` : url + settings.prefix
}
