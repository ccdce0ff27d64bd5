import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ApiError, notFound, toOAuthError, toProblem } from '../src/errors/index.ts'
import { errorCodeOf } from '../src/lib/error-code.ts'
import { isUnsupportedGrant, toApiError, unsupportedGrant } from './framework-errors.ts'
import { collectRoutes } from './route-methods.ts'

/** Sends problem details (RFC 9457) for errors of routes and for requests that match no route. */
export default fp(
  async (app) => {
    const findKnownUrl = collectRoutes(app)

    function sendNoRoute(request: FastifyRequest, reply: FastifyReply) {
      const known = findKnownUrl(request.url)
      if (known === undefined) return sendProblem(notFound(), request, reply)
      const { allow, errorHandler = sendProblem } = known
      if (request.method === 'OPTIONS') return reply.code(204).header('allow', allow).send()
      const error = new ApiError('method_not_allowed', {
        detail: `This URL does not accept this method. Use ${allow.replace(/(, )?OPTIONS/, '').replace(/^, /, '')}.`,
        headers: { allow },
      })
      return errorHandler.call(app, error, request, reply)
    }

    app.setErrorHandler(sendProblem)
    app.setNotFoundHandler(sendNoRoute)
    // Before the body is parsed, since a wrong URL or method matters more than an invalid body.
    app.addHook('preParsing', (request, reply, payload, done) => {
      if (request.is404) sendNoRoute(request, reply)
      else done(null, payload)
    })
    app.addHook('onClose', async () => endOutage(app.server))
  },
  { name: 'latchkey-errors' },
)

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const apiError = toApiError(error, request)
  logServerError(apiError, request)
  return replyWith(reply, apiError).type('application/problem+json').send(toProblem(apiError))
}

/** Sends an error in the shape of OAuth 2.0 (RFC 6749 5.2), for its endpoints. */
export function sendOAuthError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const apiError = isUnsupportedGrant(error) ? unsupportedGrant() : toApiError(error, request)
  logServerError(apiError, request)
  return replyWith(reply, apiError).type('application/json').send(toOAuthError(apiError))
}

function replyWith(reply: FastifyReply, { statusCode, headers }: ApiError) {
  return reply.code(statusCode).headers(headers)
}

/** Logs the cause of a 5xx response. An error without a cause is logged, less often, where it is thrown. */
export function logServerError({ code, statusCode, cause }: ApiError, request: FastifyRequest) {
  if (statusCode < 500 || cause === undefined) return
  if (code === 'temporarily_unavailable') logOutage(request, cause)
  else request.log.error({ err: cause }, 'request failed')
}

/** While the database is unavailable, every request fails alike. One log line per interval counts them. */
const outageIntervalMs = 1000

interface Outage {
  /** The number of requests that have failed since the last log line. */
  requests: number
  /** The number of those in earlier log lines. */
  loggedRequests: number
  isChecking: boolean
  cause: unknown
  logger: FastifyBaseLogger
  timer: NodeJS.Timeout
}

/** Keyed by HTTP server, which all scopes of an app share. */
const outages = new WeakMap<object, Outage>()

/** Resolves if the database responds. */
type Ping = () => Promise<void>

/** The databases of each HTTP server. */
const databases = new WeakMap<object, Set<Ping>>()

/** Lets the end of an outage be logged: once no request fails any more, `ping` is called until it succeeds. */
export function watchDatabase(app: FastifyInstance, ping: Ping) {
  const pings = databases.get(app.server) ?? new Set()
  databases.set(app.server, pings.add(ping))
  app.addHook('onClose', async () => {
    pings.delete(ping)
    if (pings.size === 0) endOutage(app.server)
  })
}

function logOutage({ server: { log: logger, server }, log }: FastifyRequest, cause: unknown) {
  const known = outages.get(server)
  if (known !== undefined) {
    known.requests++
    known.cause = cause
    return
  }
  const timer = setInterval(() => {
    if (outage.requests > 0) logRequests(outage)
    else checkRecovery(server, outage)
  }, outageIntervalMs).unref()
  const outage: Outage = { requests: 1, loggedRequests: 0, isChecking: false, cause, logger, timer }
  outages.set(server, outage)
  logRequests(outage, log)
}

async function checkRecovery(server: object, outage: Outage) {
  if (outage.isChecking) return
  outage.isChecking = true
  const pings = [...(databases.get(server) ?? [])]
  const results = await Promise.allSettled(pings.map((ping) => ping()))
  outage.isChecking = false
  const hasRecovered = results.every(({ status }) => status === 'fulfilled') && outage.requests === 0
  if (!hasRecovered || outages.get(server) !== outage) return
  endOutage(server)
  outage.logger.info({ requests: outage.loggedRequests }, 'database responds again')
}

/** Logs the failed requests since the last line, and stops the timer. */
function endOutage(server: object) {
  const outage = outages.get(server)
  if (outage === undefined) return
  clearInterval(outage.timer)
  outages.delete(server)
  if (outage.requests > 0) logRequests(outage)
}

function logRequests(outage: Outage, logger = outage.logger) {
  logger.error({ reason: reasonOf(outage.cause), requests: outage.requests }, 'requests failed')
  outage.loggedRequests += outage.requests
  outage.requests = 0
}

export function reasonOf(cause: unknown) {
  if (!(cause instanceof Error)) return String(cause)
  // An AggregateError of several failed connection attempts has no message of its own.
  return cause.message || (errorCodeOf(cause) ?? cause.name)
}
