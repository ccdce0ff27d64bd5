import { catalogueEntryOf, type ErrorCode } from './catalogue.ts'

/** An invalid field of a request; `path` is a JSON pointer (RFC 6901). */
export interface FieldError {
  path: string
  message: string
}

interface Options {
  /** Replaces the HTTP status of the catalogue. */
  status?: number
  /** Replaces the public message of the catalogue. */
  detail?: string
  /** The invalid fields. */
  errors?: FieldError[] | undefined
  /** Fields of the body that belong to this error, in addition to the usual ones. */
  extensions?: Record<string, unknown>
  /** Response headers that belong to this error, such as `WWW-Authenticate`. */
  headers?: Record<string, string>
  /** Logged, never sent. */
  cause?: unknown
}

/** An error that becomes a response. Its `code` is stable, its message public and its `cause` private. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode
  readonly statusCode: number
  readonly errors: FieldError[] | undefined
  readonly extensions: Record<string, unknown>
  readonly headers: Record<string, string>

  constructor(code: ErrorCode, { status, detail, errors, extensions = {}, headers = {}, cause }: Options = {}) {
    const entry = catalogueEntryOf(code)
    super(detail ?? entry.detail ?? code, { cause })
    this.code = code
    this.statusCode = status ?? entry.status
    this.errors = errors
    this.extensions = extensions
    this.headers = headers
  }
}

/**
 * A field with an invalid value: 400 `invalid_request`, or a more specific code.
 * @param message reads after the field's name: `must be …`
 */
export function invalidField(field: string, message: string, code: ErrorCode = 'invalid_request') {
  return new ApiError(code, { detail: `The ${field} ${message}.`, errors: [{ path: `/${field}`, message }] })
}

/** 400 `invalid_request`, naming each required field that is undefined. */
export function missingFields(required: Record<string, unknown>) {
  const missing = Object.keys(required).filter((field) => required[field] === undefined)
  return new ApiError('invalid_request', {
    detail: missing.map((field) => `${field} is required.`).join(' '),
    errors: missing.map((field) => ({ path: `/${field}`, message: 'is required' })),
  })
}

/** 404 `not_found`. */
export function notFound(detail?: string) {
  return new ApiError('not_found', detail === undefined ? {} : { detail })
}

/**
 * The database or another dependency is unavailable: 503 with `Retry-After` (RFC 9110 10.2.3).
 * @param cause is logged with the request; omitted if the reason is logged where it arises
 */
export function unavailable(cause?: unknown) {
  return new ApiError('temporarily_unavailable', { headers: { 'retry-after': '1' }, cause })
}
