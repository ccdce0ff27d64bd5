import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import cors from '@fastify/cors'
import fastify, { LogController, type FastifyInstance, type FastifyRequest } from 'fastify'
import { v4 as uuidv4 } from 'uuid'
import docs from '../plugins/docs.ts'
import errors, { sendProblem } from '../plugins/errors.ts'
import headers, { fixedHeaders } from '../plugins/headers.ts'
import logging, { logAnswer, loggerOptions } from '../plugins/logging.ts'
import type { MailOptions } from '../plugins/mail.ts'
import { bodyLimit } from '../plugins/parsers.ts'
import { service } from '../routes/service/index.ts'
import { pluginSettingsOf, publicUrlOf, type Settings, type Timing } from './config/index.ts'
import { ApiError, toProblem } from './errors/index.ts'
import type { LogStream } from './lib/log-destination.ts'
import { isInNetworks } from './lib/networks.ts'
import { version } from './lib/version.ts'
import latchkey, { latchkeySecuritySchemes } from './plugin.ts'

export interface ServiceOptions extends MailOptions {
  /** PEM, for HTTPS. */
  tls?: { cert: string; key: string } | undefined
  /** Where log lines go; standard output without it. */
  logStream?: LogStream | undefined
  /** Milliseconds since the epoch. */
  now?: () => number
  timeouts?: Timeouts
  timing?: Partial<Timing>
}

/** Milliseconds after which a connection is closed. */
interface Timeouts {
  /** Without any traffic. */
  connection: number
  /** From a request's first byte to its last. */
  request: number
  /** From one request to the next. */
  keepAlive: number
}

const usualTimeouts: Timeouts = { connection: 60_000, request: 30_000, keepAlive: 72_000 }

function descriptionOf({ prefix }: Settings) {
  return (
    `Users, passwords, sessions and JWTs. Register with \`POST ${prefix}/users\`, press *Authorize* to ` +
    `sign in, then try \`GET ${prefix}/users/me\`.`
  )
}

/** Latchkey as a server of its own: the plugin, its documentation and its health. It does not listen yet. */
export async function createService(
  settings: Settings,
  { tls, logStream, now = Date.now, timeouts = usualTimeouts, timing = {}, ...mail }: ServiceOptions = {},
): Promise<FastifyInstance> {
  const publicUrl = publicUrlOf(settings)

  const connections = {
    headersTimeout: timeouts.request,
    // Node looks for requests that take too long every half minute only.
    connectionsCheckingInterval: Math.min(timeouts.request, 5_000),
    // Node would answer by itself; `refuseWithoutHost` does it in our shape.
    requireHostHeader: false,
  }

  const app = fastify({
    ...(tls === undefined ? { http: connections } : { https: { ...connections, ...tls } }),
    logger: loggerOptions(settings.logLevel, logStream),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => uuidv4(),
    trustProxy: trustedProxies(settings.trustProxy),
    bodyLimit,
    // Requests that are still arriving when the service stops are answered normally.
    return503OnClosing: false,
    // Milliseconds; a migration may take its time.
    pluginTimeout: 600_000,
    connectionTimeout: timeouts.connection,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.keepAlive,
    // Errors that occur before a route is found.
    frameworkErrors: (error, request, reply) => {
      sendProblem(error, request, reply.headers(fixedHeaders(publicUrl)))
      logAnswer(request, reply)
    },
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, fixedHeaders(publicUrl)),
  })

  try {
    await registerPlugins(app, settings, { publicUrl, now, timing, ...mail })
  } catch (error) {
    await app.close()
    throw error
  }
  return app
}

async function registerPlugins(
  app: FastifyInstance,
  settings: Settings,
  { publicUrl, now, timing, ...mail }: { publicUrl: string; now: () => number; timing: Partial<Timing> } & MailOptions,
) {
  if (settings.logLevel === 'info' || settings.logLevel === 'debug') await app.register(logging)
  await app.register(headers, { publicUrl })
  await app.register(errors)
  app.addHook('onRequest', refuseWithoutHost)
  if (settings.corsOrigins.length > 0) {
    await app.register(cors, {
      origin: settings.corsOrigins,
      methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
      exposedHeaders: ['location', 'retry-after', 'www-authenticate'],
    })
  }
  await app.register(docs, {
    title: 'Latchkey',
    version,
    description: descriptionOf(settings),
    securitySchemes: latchkeySecuritySchemes('latchkey', settings.prefix),
    isServed: settings.docs,
  })
  await app.register(latchkey, { ...pluginSettingsOf(settings), publicUrl, openapi: true, now, timing, ...mail })
  await app.register(service, { checkReady: app.latchkey.checkReady, hasDocs: settings.docs })
}

/** RFC 9112 3.2. */
async function refuseWithoutHost({ raw: { httpVersion, headers } }: FastifyRequest) {
  if (headers.host === undefined && httpVersion === '1.1') {
    throw new ApiError('invalid_request', { detail: 'The request has no Host header.' })
  }
}

function trustedProxies(given: string[]) {
  const [first] = given
  if (first === undefined) return false
  const hops = Number(first)
  return Number.isInteger(hops)
    ? (_address: string, hop: number) => hop < hops
    : (address: string) => isInNetworks(address, given)
}

/** Answers a message that Node cannot parse as HTTP. It never becomes a request, so the response is written here. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket, fixed: Record<string, string>) {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const apiError =
    brokenRequests[error.code ?? ''] ?? new ApiError('invalid_request', { detail: 'The request is not valid HTTP.' })
  const body = JSON.stringify(toProblem(apiError))
  const lines = {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...fixed,
  }
  const head = Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  socket.end(`HTTP/1.1 ${apiError.statusCode} ${STATUS_CODES[apiError.statusCode]}\r\n${head}\r\n${body}`)
}

const brokenRequests: Record<string, ApiError | undefined> = {
  HPE_HEADER_OVERFLOW: new ApiError('invalid_request', { status: 431, detail: 'The headers are too large.' }),
  ERR_HTTP_REQUEST_TIMEOUT: new ApiError('invalid_request', {
    status: 408,
    detail: 'The request took too long to arrive.',
  }),
}
