import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type ApiError, notFound, toOAuthError, toProblem } from '../src/errors/index.ts'
import { isUnsupportedGrant, toApiError, unsupportedGrant } from './framework-errors.ts'

/** Errors of routes, and requests that match no route, as problem details (RFC 9457). */
export default fp(
  async (app) => {
    app.setErrorHandler(sendProblem)
    app.setNotFoundHandler((request, reply) => sendProblem(notFound(), request, reply))
  },
  { name: 'latchkey-errors' },
)

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const apiError = toApiError(error)
  logServerError(apiError, request)
  return replyWith(reply, apiError).type('application/problem+json').send(toProblem(apiError))
}

/** For the endpoints of OAuth 2.0 (RFC 6749 5.2). */
export function sendOAuthError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const apiError = isUnsupportedGrant(error) ? unsupportedGrant() : toApiError(error)
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
