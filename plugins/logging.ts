import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import fp from 'fastify-plugin'

const secret = /(password|secret|token)$|^(authorization|cookie|set-cookie)$/i

/** Structured lines (JSON) in which what may be a secret is masked, whoever logs it. */
export function loggerOptions(level: string, stream: { write: (line: string) => void } | undefined) {
  return {
    level,
    formatters: { log: (line) => masked(line), bindings: (line) => masked(line) },
    serializers: { err: describeError },
    ...(stream === undefined ? {} : { stream }),
  } satisfies FastifyServerOptions['logger']
}

/** The same object when nothing in it is secret, as nearly always. */
function masked(logged: Record<string, unknown>, depth = 5): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined
  for (const name of Object.keys(logged)) {
    const value = logged[name]
    const shown = secret.test(name) ? '[redacted]' : maskedWithin(value, depth)
    if (shown !== value) (copy ??= { ...logged })[name] = shown
  }
  return copy ?? logged
}

/** Errors, dates and the like are for their serializers. */
function maskedWithin(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return depth === 0 ? '[deep]' : value.map((item) => maskedWithin(item, depth - 1))
  if (!isPlainObject(value)) return value
  return depth === 0 ? '[deep]' : masked(value, depth - 1)
}

/** Without a class: parsers of forms and queries make them without any prototype to speak of. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

interface DescribedError {
  type: string
  message: string
  stack: string
  [member: string]: unknown
}

/** Without the members that database drivers add: they quote values. */
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

/** One line for each request, when it has been answered: without its query, which may hold secrets. */
export default fp(
  async (app) => {
    app.addHook('onResponse', (request, reply, done) => {
      logAnswer(request, reply)
      done()
    })
  },
  { name: 'latchkey-logging' },
)

export function logAnswer(request: FastifyRequest, reply: FastifyReply) {
  const [path] = request.url.split('?')
  request.log.info(
    {
      method: request.method,
      path,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      address: request.ip,
    },
    'answered',
  )
}
