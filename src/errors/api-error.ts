import { catalogueEntryOf, type ErrorCode } from './catalogue.ts'

/** A field of a request that is invalid; `path` is a JSON pointer (RFC 6901) to it. */
export interface FieldError {
  path: string
  message: string
}

interface Options {
  /** HTTP status, where it is not that of the catalogue. */
  status?: number
  /** The public message, where it is not that of the catalogue. */
  detail?: string
  /** The fields that are invalid. */
  errors?: FieldError[] | undefined
  /** Response headers that belong to this error, such as `WWW-Authenticate`. */
  headers?: Record<string, string>
  /** Logged, never sent. */
  cause?: unknown
}

/** An error that is shown to the client: its `code` is stable, its message public, its `cause` private. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode
  readonly statusCode: number
  readonly errors: FieldError[] | undefined
  readonly headers: Record<string, string>

  constructor(code: ErrorCode, { status, detail, errors, headers = {}, cause }: Options = {}) {
    const entry = catalogueEntryOf(code)
    super(detail ?? entry.detail ?? code, { cause })
    this.code = code
    this.statusCode = status ?? entry.status
    this.errors = errors
    this.headers = headers
  }
}

/** A field whose value is not acceptable: 400 `invalid_request`, or a code of its own. */
export function invalidField(field: string, message: string, code: ErrorCode = 'invalid_request') {
  return new ApiError(code, { detail: `The ${field} ${message}.`, errors: [{ path: `/${field}`, message }] })
}

/** 400 `invalid_request`, naming each of these fields that is undefined. */
export function missingFields(needed: Record<string, unknown>) {
  const absent = Object.keys(needed).filter((field) => needed[field] === undefined)
  return new ApiError('invalid_request', {
    detail: absent.map((field) => `${field} is missing.`).join(' '),
    errors: absent.map((field) => ({ path: `/${field}`, message: 'is missing' })),
  })
}

/** 404 `not_found`. */
export function notFound(detail?: string) {
  return new ApiError('not_found', detail === undefined ? {} : { detail })
}

/** The database or another dependency cannot be used: 503 with `Retry-After` (RFC 9110 10.2.3). */
export function unavailable(cause: unknown) {
  return new ApiError('temporarily_unavailable', { headers: { 'retry-after': '1' }, cause })
}
