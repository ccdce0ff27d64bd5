import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ApiError, notFound, toOAuthError, toProblem } from '../src/errors/index.ts'
import { isUnsupportedGrant, toApiError, unsupportedGrant } from './framework-errors.ts'
import { collectRoutes } from './route-methods.ts'

/** Errors of routes, and requests that match no route, as problem details (RFC 9457). */
export default fp(
  async (app) => {
    const findKnownUrl = collectRoutes(app)

    function sendNoRoute(request: FastifyRequest, reply: FastifyReply) {
      const known = findKnownUrl(request.url)
      if (known === undefined) return sendProblem(notFound(), request, reply)
      const { allow, errorHandler = sendProblem } = known
      if (request.method === 'OPTIONS') return reply.code(204).header('allow', allow).send()
      const error = new ApiError('method_not_allowed', {
        detail: `The method is not allowed here. Use ${allow.replace(/(, )?OPTIONS/, '').replace(/^, /, '')}.`,
        headers: { allow },
      })
      return errorHandler.call(app, error, request, reply)
    }

    app.setErrorHandler(sendProblem)
    app.setNotFoundHandler(sendNoRoute)
    // Before the body is parsed: whatever is wrong with it, the URL or the method is wrong too.
    app.addHook('preParsing', (request, reply, payload, done) => {
      if (request.is404) sendNoRoute(request, reply)
      else done(null, payload)
    })
  },
  { name: 'latchkey-errors' },
)

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const apiError = toApiError(error, request)
  logServerError(apiError, request)
  return replyWith(reply, apiError).type('application/problem+json').send(toProblem(apiError))
}

/** For the endpoints of OAuth 2.0 (RFC 6749 5.2). */
export function sendOAuthError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const apiError = isUnsupportedGrant(error) ? unsupportedGrant() : toApiError(error, request)
  logServerError(apiError, request)
  return replyWith(reply, apiError).type('application/json').send(toOAuthError(apiError))
}

function replyWith(reply: FastifyReply, { statusCode, headers }: ApiError) {
  return reply.code(statusCode).headers(headers)
}

/** Logs the cause of a 5xx. One without a cause is logged where it is raised, and not each time. */
export function logServerError({ code, statusCode, cause }: ApiError, request: FastifyRequest) {
  if (statusCode < 500 || cause === undefined) return
  if (code === 'temporarily_unavailable') logOutage(request, cause)
  else request.log.error({ err: cause }, 'request failed')
}

/** While the database is away every request fails in the same way: one line in this time tells how many. */
const outageIntervalMs = 1000

interface Outage {
  /** Requests that have failed since the last line. */
  requests: number
  cause: unknown
}

/** By HTTP server, which all scopes of an app share. */
const outages = new WeakMap<object, Outage>()

function logOutage({ server, log }: FastifyRequest, cause: unknown) {
  const known = outages.get(server.server)
  if (known !== undefined) {
    known.requests++
    known.cause = cause
    return
  }
  const outage = { requests: 1, cause }
  outages.set(server.server, outage)
  logRequests(log)

  function logRequests(logger: FastifyBaseLogger) {
    logger.error({ reason: reasonOf(outage.cause), requests: outage.requests }, 'requests failed')
    outage.requests = 0
    setTimeout(() => {
      if (outage.requests > 0) logRequests(server.log)
      else outages.delete(server.server)
    }, outageIntervalMs).unref()
  }
}

function reasonOf(cause: unknown) {
  if (!(cause instanceof Error)) return String(cause)
  // Of several connection attempts that failed there are several errors, and no message.
  return cause.message || ('code' in cause ? String(cause.code) : cause.name)
}
