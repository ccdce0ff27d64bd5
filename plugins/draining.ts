import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Server } from 'node:net'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    draining: {
      /** Makes `/health/ready` fail. Requests are still served. */
      start: () => void
      hasStarted: () => boolean
      /**
       * Refuses new connections, makes every response close its connection, and gives idle ones time for that.
       * @param acceptors other servers that hand their connections to the server of the app
       */
      stopListening: (acceptors?: Server[]) => Promise<void>
    }
  }
}

/** How long idle connections stay open, so that clients use them once more and learn that they are closed. */
const lingerMs = 1000

/** The duration of a turn of the event loop in which hardly anything happens. */
const quietTurnMs = 0.05

/** A service that is too busy for a quiet turn stops after this long, in milliseconds. */
const maxQuietWaitMs = 500

/** How long `stopListening` may take. */
export const maxStopListeningMs = maxQuietWaitMs + lingerMs

/**
 * Leads clients and load balancers away from a service that is about to stop, as `app.draining`. A request that meets
 * the end of an idle connection fails. So idle connections are closed with the next response, which says so. Before the
 * service stops listening they stay open: clients would connect again, and the operating system resets connections
 * that are not accepted by then.
 */
export default fp(
  async (app) => {
    let hasStarted = false
    let isClosing = false
    const pending = new Set<ServerResponse>()

    function handleRequest(_request: IncomingMessage, response: ServerResponse) {
      if (isClosing) return closeConnection(response)
      pending.add(response)
      response.once('close', () => pending.delete(response))
    }

    const draining = {
      start() {
        hasStarted = true
        // Only from now on, because a hook would cost every request a tenth of its time.
        app.server.prependListener('request', handleRequest)
      },
      hasStarted: () => hasStarted,
      async stopListening(acceptors: Server[] = []) {
        const servers = [app.server, ...acceptors]
        const closed = Promise.all(servers.map((server) => once(server, 'close')))
        await quietTurn(app.server)
        // The method of the HTTP server would close idle connections at once.
        for (const server of servers) Server.prototype.close.call(server)
        // Not before, since clients would connect again.
        isClosing = true
        for (const response of pending) closeConnection(response)
        await Promise.race([closed, sleep(lingerMs)])
      },
    }
    app.decorate('draining', { getter: () => draining })
  },
  { name: 'latchkey-draining' },
)

/**
 * Waits for a turn of the event loop in which no connection was accepted, and that was so short that none can have
 * arrived since. One turn accepts one connection, and others may be waiting.
 */
async function quietTurn(server: Server) {
  let accepted = 0
  const count = () => accepted++
  server.on('connection', count)
  const startedAt = performance.now()
  for (let begin = startedAt; begin - startedAt < maxQuietWaitMs; begin = performance.now()) {
    const before = accepted
    await setImmediate()
    if (accepted === before && performance.now() - begin < quietTurnMs) break
  }
  server.off('connection', count)
}

function closeConnection(response: ServerResponse) {
  if (!response.headersSent) response.setHeader('connection', 'close')
}
