import type { FastifyServerOptions } from 'fastify'
import fp from 'fastify-plugin'

const secrets = ['password', 'secret', 'token', 'access_token', 'refresh_token', 'client_secret', 'authorization', 'cookie', 'set-cookie']

/** Structured lines (JSON) in which what may be a secret is masked, whoever logs it. */
export function loggerOptions (level: string, stream: { write: (line: string) => void } | undefined) {
  return {
    level,
    redact: {
      paths: secrets.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.headers["${name}"]`]),
      censor: '[redacted]',
    },
    serializers: { err: describeError },
    ...stream === undefined ? {} : { stream },
  } satisfies FastifyServerOptions['logger']
}

interface DescribedError { type: string, message: string, stack: string, [member: string]: unknown }

/** Without the members that database drivers add: they quote values. */
function describeError (error: unknown): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' }
  const { name, message, stack = '', cause } = error
  return {
    type: name,
    message,
    ...'code' in error ? { code: error.code } : {},
    stack,
    ...cause === undefined ? {} : { cause: describeError(cause) },
  }
}

/** One line for each request, when it has been answered: without its query, which may hold secrets. */
export default fp(async (app) => {
  app.addHook('onResponse', (request, reply, done) => {
    const [path] = request.url.split('?')
    request.log.info({
      method: request.method,
      path,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      address: request.ip,
    }, 'answered')
    done()
  })
}, { name: 'latchkey-logging' })
