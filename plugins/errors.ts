import type { FastifyReply, FastifyRequest } from 'fastify'
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
        detail: `The method is not allowed here. Use ${allow}.`,
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
export function logServerError({ statusCode, cause }: ApiError, request: FastifyRequest) {
  if (statusCode >= 500 && cause !== undefined) request.log.error({ err: cause }, 'request failed')
}
