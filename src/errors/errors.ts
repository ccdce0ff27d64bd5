/** One field of a request that was wrong; `path` is a JSON pointer (RFC 6901) into it. */
export interface FieldFault {
  path: string
  message: string
}

interface Options {
  /** Which fields were wrong, if any were. */
  errors?: FieldFault[]
  /** Response headers that belong to this error, `WWW-Authenticate` for one. */
  headers?: Record<string, string>
  /** For the log alone; never sent. */
  cause?: unknown
}

/**
 * A refusal that may be shown to the client.
 *
 * `code` is stable and named after the RFC's own where there is one (RFC 6749 5.2, RFC 6750 3.1);
 * the message is public; what is private goes into `cause`, which is only ever logged.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly statusCode: number
  readonly code: string
  readonly errors: FieldFault[] | undefined
  readonly headers: Record<string, string>

  constructor(statusCode: number, code: string, detail: string, { errors, headers = {}, cause }: Options = {}) {
    super(detail, { cause })
    this.statusCode = statusCode
    this.code = code
    this.errors = errors
    this.headers = headers
  }
}

/** A field whose value was understood and is not acceptable: 400 `invalid_request`, or a code of its own. */
export function unacceptable(field: string, message: string, code = 'invalid_request') {
  return new Refusal(400, code, `The ${field} ${message}.`, { errors: [{ path: `/${field}`, message }] })
}

/** 404 `not_found`. */
export function notFound(detail = 'There is nothing at this address, or not with this method.') {
  return new Refusal(404, 'not_found', detail)
}

/** Fields that are needed, of which some are not there: 400 `invalid_request`. */
export function missing(needed: Record<string, unknown>) {
  const absent = Object.keys(needed).filter((field) => needed[field] === undefined)
  const errors = absent.map((field) => ({ path: `/${field}`, message: 'is missing' }))
  return new Refusal(400, 'invalid_request', absent.map((field) => `${field} is missing.`).join(' '), { errors })
}

/** What the service depends on is away or full: 503 with `Retry-After` (RFC 9110 10.2.3). */
export function unavailable(cause: unknown) {
  return new Refusal(503, 'temporarily_unavailable', 'The service cannot answer just now. Please try again.', {
    headers: { 'retry-after': '1' },
    cause,
  })
}

/** What keeps Latchkey from starting; one line for each fault, to be shown to whoever starts it. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly code = 'start_refused'
  readonly faults: string[]

  constructor(faults: string[], { cause }: { cause?: unknown } = {}) {
    super(faults.join('\n'), { cause })
    this.faults = faults
  }
}
