import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { v4 as uuidv4 } from 'uuid'
import cors, { corsHeaders } from '../plugins/cors.ts'
import docs from '../plugins/docs.ts'
import draining from '../plugins/draining.ts'
import errors, { sendProblem } from '../plugins/errors.ts'
import headers, { fixedHeaders, type HeaderOptions } from '../plugins/headers.ts'
import logging, { logRequest, loggerOptions } from '../plugins/logging.ts'
import { bodyLimit } from '../plugins/parsers.ts'
import telemetry from '../plugins/telemetry.ts'
import { service } from '../routes/service/index.ts'
import { pluginSettingsOf, publicUrlOf, type Settings, type Timing } from './config/index.ts'
import { ApiError, toProblem } from './errors/index.ts'
import type { LogStream } from './lib/log-destination.ts'
import { isInNetworks } from './lib/networks.ts'
import { version } from './lib/version.ts'
import type { MailOptions } from './mail/index.ts'
import latchkey, { latchkeySecuritySchemes } from './plugin.ts'

export interface ServiceOptions extends MailOptions {
  /** PEM, for HTTPS. */
  tls?: { cert: string; key: string } | undefined
  /** The destination of log lines. Default: standard output. */
  logStream?: LogStream | undefined
  /** Whether to create spans with the OpenTelemetry API. */
  traces?: boolean
  /** Exports the remaining spans. Called when everything else has ended. */
  endTraces?: (() => Promise<void>) | undefined
  /** Milliseconds since the epoch. */
  now?: () => number
  timeouts?: Timeouts
  timing?: Partial<Timing>
}

/** Timeouts after which a connection is closed, in milliseconds. */
interface Timeouts {
  /** Time without any traffic. */
  connection: number
  /** Time from the first byte of a request to its last. */
  request: number
  /** Time between two requests. */
  keepAlive: number
}

function timeoutsOf({ requestTimeoutSeconds, keepAliveTimeoutSeconds }: Settings): Timeouts {
  return {
    connection: Math.max(60, requestTimeoutSeconds) * 1000,
    request: requestTimeoutSeconds * 1000,
    keepAlive: keepAliveTimeoutSeconds * 1000,
  }
}

function headerOptionsOf(settings: Settings): HeaderOptions {
  return {
    publicUrl: publicUrlOf(settings),
    hsts: settings.hstsIncludeSubdomains ? 'this host and its subdomains' : 'this host',
  }
}

function descriptionOf({ prefix }: Settings) {
  return (
    `Register users, sign them in, and manage their sessions. Sign in with \`POST ${prefix}/token\`, and send the ` +
    'access token in the `Authorization` header, as a bearer token.\n\n' +
    `To try the API on this page, open \`POST ${prefix}/users\`, click **Try it out**, put a username and a password ` +
    'of your own into the request body, and click **Execute**. Then click **Authorize**, enter the same username ' +
    `and password, and click **Authorize** again. Now open \`GET ${prefix}/users/me\`, click **Try it out** and ` +
    '**Execute**, and the response shows your account.'
  )
}

/** Creates the server: the plugin, the documentation page and the health checks. It does not listen yet. */
export async function createService(
  settings: Settings,
  {
    tls,
    logStream,
    traces = false,
    endTraces,
    now = Date.now,
    timeouts = timeoutsOf(settings),
    timing = {},
    ...mail
  }: ServiceOptions = {},
): Promise<FastifyInstance> {
  // Hooks do not run for responses that are sent before routing.
  const headersFor = (origin: string | undefined) => ({
    ...fixedHeaders(headerOptionsOf(settings)),
    ...corsHeaders({ origins: settings.corsOrigins }, origin),
  })

  const connections = {
    headersTimeout: timeouts.request,
    // Node would check for requests that take too long only every 30 seconds.
    connectionsCheckingInterval: Math.min(timeouts.request, 5_000),
    // Node's own response would not be a problem details object. `demandOneHost` checks the header instead.
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
    // Migrations run within this time, in milliseconds.
    pluginTimeout: 600_000,
    connectionTimeout: timeouts.connection,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.keepAlive,
    // Handles errors that occur before routing.
    frameworkErrors: (error, request, reply) => {
      sendProblem(error, request, reply.headers(headersFor(request.headers.origin)))
      logRequest(request, reply)
    },
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, headersFor(originIn(error))),
  })

  // These hooks run in reverse order.
  if (endTraces !== undefined) app.addHook('onClose', endTraces)
  try {
    await registerPlugins(app, settings, { traces, now, timing, ...mail })
  } catch (error) {
    await app.close()
    throw error
  }
  return app
}

async function registerPlugins(
  app: FastifyInstance,
  settings: Settings,
  { traces, now, timing, ...mail }: { traces: boolean; now: () => number; timing: Partial<Timing> } & MailOptions,
) {
  const publicUrl = publicUrlOf(settings)
  if (settings.logLevel === 'info' || settings.logLevel === 'debug') await app.register(logging)
  await app.register(telemetry, { ...settings, traces, isService: true, now })
  await app.register(draining)
  await app.register(headers, headerOptionsOf(settings))
  await app.register(errors)
  await app.register(cors, { origins: settings.corsOrigins })
  app.addHook('onRequest', demandOneHost)
  await app.register(docs, {
    title: 'Latchkey',
    version,
    description: descriptionOf(settings),
    prefix: settings.prefix,
    // Some tools reject a relative token URL.
    securitySchemes: latchkeySecuritySchemes('latchkey', `${settings.publicUrl ?? ''}${settings.prefix}`),
    isServed: settings.docs,
  })
  await app.register(latchkey, {
    ...pluginSettingsOf(settings),
    publicUrl,
    clearSiteData: settings.clearSiteData ?? 'cache',
    openapi: true,
    docsUrl: settings.docs ? `${publicUrl}/docs/` : undefined,
    now,
    timing,
    ...mail,
  })
  await app.register(service, { checkReady: app.latchkey.checkReady, hasDocs: settings.docs })
}

/** RFC 9112 3.2. Given two Host headers, Node uses the first, but a proxy in front of it may use the second. */
function demandOneHost(
  { raw: { httpVersion, rawHeaders } }: FastifyRequest,
  _reply: FastifyReply,
  done: (error?: Error) => void,
) {
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) if (isHost(rawHeaders[index])) hosts++
  if (hosts === 0 && httpVersion === '1.1') {
    done(new ApiError('invalid_request', { detail: 'The request has no Host header.' }))
  } else if (hosts > 1) {
    done(new ApiError('invalid_request', { detail: 'The request has more than one Host header.' }))
  } else {
    done()
  }
}

function isHost(name: string | undefined) {
  return name?.length === 'host'.length && name.toLowerCase() === 'host'
}

function trustedProxies(given: string[]) {
  const [first] = given
  if (first === undefined) return false
  const hops = Number(first)
  return Number.isInteger(hops)
    ? (_address: string, hop: number) => hop < hops
    : (address: string) => isInNetworks(address, given)
}

interface BrokenRequest extends Error {
  code?: string
  /** A buffer with the bytes received last; Fastify declares the wrong type. */
  rawPacket?: unknown
}

/** The Origin header, if it has been received. */
function originIn({ rawPacket }: BrokenRequest): string | undefined {
  return Buffer.isBuffer(rawPacket) ? /^origin: *(\S+) *\r$/im.exec(rawPacket.toString('latin1'))?.[1] : undefined
}

/** Responds to a message that Node cannot parse as HTTP. There is no request, so this writes to the socket. */
function answerBrokenRequest(error: BrokenRequest, socket: Socket, fixed: Record<string, string>) {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const apiError =
    brokenRequests[error.code ?? ''] ?? new ApiError('invalid_request', { detail: 'The request is malformed HTTP.' })
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
