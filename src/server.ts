import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { doEvery } from '../plugins/interval.ts'
import type { MailOptions } from '../plugins/mail.ts'
import { createFirstAdministratorLink } from './administration/index.ts'
import { publicUrlOf, readTls, type Settings } from './config/index.ts'
import { StartError } from './errors/index.ts'
import { lowerHashingPriority } from './passwords/index.ts'
import { createService } from './service.ts'

/** Milliseconds that requests in flight have at the end. */
const grace = 10_000

interface Options extends MailOptions {
  /** What has to be done before anybody is let in. */
  prepare?: (app: FastifyInstance) => Promise<unknown>
  /** How many threads this process has in libuv's pool. */
  poolSize: number
  /** Shows a text to a person, where there is one. */
  show: ((text: string) => void) | undefined
}

/**
 * Starts the service, and ends it at SIGTERM and SIGINT: what is in flight is answered first.
 * @throws {StartError} when it cannot start
 */
export async function serve(
  settings: Settings,
  { prepare, poolSize, show, ...mail }: Options,
): Promise<FastifyInstance> {
  const app = await createService(settings, { tls: await readTls(settings), ...mail })
  // An empty event loop is no reason to end, or a start that failed would end well.
  closeWithGrace({ delay: grace, logger: app.log, skip: ['beforeExit'] }, async ({ err }) => {
    if (err !== undefined) app.log.fatal({ err }, 'ending after an error')
    // What is still open then is not in use, or will not come to an end.
    setTimeout(() => app.server.closeAllConnections(), grace / 2)
    await app.close()
  })
  // Node ends the connections that are idle at the end, and not those that become so.
  app.addHook('preClose', async () => {
    app.server.keepAliveTimeout = 1
  })
  try {
    await lowerHashingPriority(poolSize)
    await prepare?.(app)
    const firstAdministrator = createFirstAdministratorLink(
      { invite: app.latchkey.inviteFirstAdministrator, log: app.log },
      { dataDir: settings.dataDir, show },
    )
    doEvery(
      app,
      60_000,
      'the file with the link of the first administrator cannot be removed; it is tried again in a minute',
      firstAdministrator.deleteExpired,
    )
    await listen(app, settings)
    await firstAdministrator.offer()
  } catch (error) {
    await app.close()
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

/** Where a person finds it. */
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
