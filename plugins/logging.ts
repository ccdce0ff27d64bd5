import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { LogStream } from '../src/lib/log-destination.ts'
import { redactSecrets } from '../src/lib/redact-secrets.ts'
import { addressOf } from './origin.ts'
import { onRequestEnd } from './request-end.ts'

/** Options for structured log lines (JSON) with secrets removed. */
export function loggerOptions(level: string, stream: LogStream | undefined) {
  return {
    level,
    formatters: { log: (line) => redactSecrets(line), bindings: (line) => redactSecrets(line) },
    serializers: { err: describeError },
    ...(stream === undefined ? {} : { stream }),
  } satisfies FastifyServerOptions['logger']
}

interface DescribedError {
  type: string
  message: string
  stack: string
  [property: string]: unknown
}

/** An error without the properties that database drivers add, since these quote values. */
function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' }
  const { name, message, stack = '', cause } = error
  return {
    type: name,
    message,
    ...('code' in error ? { code: error.code } : {}),
    stack,
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  }
}

/** Logs one line per request after its response has been sent, or its connection has closed. */
export default fp(async (app) => onRequestEnd(app, logRequest), { name: 'latchkey-logging' })

/** Logs the path without its query, which may contain secrets. Probes of a healthy service would fill the log. */
export function logRequest(request: FastifyRequest, reply: FastifyReply, status = reply.statusCode) {
  const [path] = request.url.split('?')
  const isHealthy = status < 400 && isHealthCheck(request)
  request.log[isHealthy ? 'debug' : 'info'](
    {
      method: request.method,
      path,
      status,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      address: addressOf(request),
    },
    'request completed',
  )
}

function isHealthCheck({ routeOptions: { url } }: FastifyRequest) {
  return url === '/health/live' || url === '/health/ready'
}
