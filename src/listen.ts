import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { Server as HttpsServer } from 'node:https'
import { createServer, Server } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { StartError } from './errors/index.ts'
import { errorCodeOf } from './lib/error-code.ts'

interface ListenAddress {
  host: string
  port: number
  /** The names of their settings. */
  settings: { host: string; port: string }
}

export interface Listening {
  /** With the first address. */
  url: string
  /** The servers that accept connections at the other addresses. They close with the app. */
  acceptors: Server[]
}

/**
 * Makes an app listen on its host, and on all addresses of `localhost`.
 * @throws {StartError} when it cannot listen
 */
export async function listen(app: FastifyInstance, { host, port, settings }: ListenAddress): Promise<Listening> {
  try {
    return await listenOn(app, await addressesOf(host), port)
  } catch (cause) {
    throw new StartError([`Latchkey cannot listen on ${host}, port ${port}: ${reasonOf(cause, settings)}`], { cause })
  }
}

async function addressesOf(host: string): Promise<[string, ...string[]]> {
  if (host !== 'localhost') return [host]
  const [first = host, ...others] = new Set((await lookup(host, { all: true })).map(({ address }) => address))
  return [first, ...others]
}

/**
 * Listens on several addresses. Fastify would create a server for each, and reloading certificates and draining would
 * only affect the first one. Here the app's own server gets all connections.
 */
export async function listenOn(
  app: FastifyInstance,
  [first, ...others]: [string, ...string[]],
  port: number,
): Promise<Listening> {
  const acceptors: Server[] = []
  app.addHook('preClose', async () => {
    if (acceptors.length === 0) return
    // Fastify would accept connections until this has ended.
    Server.prototype.close.call(app.server)
    const closed = acceptors.map((acceptor) => new Promise<unknown>((resolve) => acceptor.close(resolve)))
    app.server.closeIdleConnections()
    await Promise.all(closed)
  })
  const url = await app.listen({ host: first, port })
  for (const address of others) {
    const acceptor = await startAcceptor(app, address)
    if (acceptor !== undefined) acceptors.push(acceptor)
  }
  return { url, acceptors }
}

/** @returns undefined if this machine does not have the address, or cannot use it */
async function startAcceptor(app: FastifyInstance, host: string): Promise<Server | undefined> {
  const isHttps = app.server instanceof HttpsServer
  // The options with which Node.js accepts connections for its servers.
  const acceptor = createServer({ allowHalfOpen: !isHttps, noDelay: true }, (socket) => {
    app.server.emit('connection', socket)
  })
  const port = portOf(app)
  try {
    await once(acceptor.listen({ host, port }), 'listening')
  } catch (error) {
    if (errorCodeOf(error) === 'EADDRINUSE' || errorCodeOf(error) === 'EACCES') throw error
    return undefined
  }
  app.log.info(`Server listening at http${isHttps ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${port}`)
  return acceptor
}

/** The port on which an app listens. */
export function portOf(app: FastifyInstance): number | undefined {
  const address = app.server.address()
  return typeof address === 'object' ? address?.port : undefined
}

function reasonOf(cause: unknown, { host, port }: ListenAddress['settings']) {
  if (!(cause instanceof Error)) return String(cause)
  switch (errorCodeOf(cause)) {
    case 'EADDRINUSE':
      return `the port is in use. Stop the program that uses it, or set ${port} to a different port.`
    case 'EACCES':
      return `the port requires more rights. Set ${port} to 1024 or higher.`
    case 'EADDRNOTAVAIL':
      return `this machine does not have the address. Set ${host} to one of its addresses.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host name is unknown. Set ${host} to an IP address of this machine.`
    default:
      return cause.message
  }
}
