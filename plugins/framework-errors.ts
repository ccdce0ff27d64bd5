import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError, type ErrorCode } from '../src/errors/index.ts'
import { toValidationError } from './validation-errors.ts'

/** The error of the response. An unexpected error becomes 500 and keeps its cause private. */
export function toApiError(error: unknown, request: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error
  if (isFastifyError(error)) {
    if (error.validation !== undefined) return toValidationError(error.validation)
    if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupportedMediaType(request)
    const known = frameworkErrors[error.code]
    if (known !== undefined) return new ApiError(known.code, { ...known, cause: error })
    if (isClientError(error)) {
      return new ApiError('invalid_request', {
        status: error.statusCode,
        detail: 'The request is malformed.',
        cause: error,
      })
    }
  }
  return new ApiError('server_error', { cause: error })
}

/** API errors by the error codes of Fastify. */
const frameworkErrors: Record<string, { code: ErrorCode; detail?: string } | undefined> = {
  // No resource has an identifier of more than a hundred characters.
  FST_ERR_MAX_PARAM_LENGTH: { code: 'not_found' },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'payload_too_large' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'invalid_request', detail: 'The request body is empty.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'invalid_request', detail: 'The request body is malformed JSON.' },
  FST_ERR_BAD_URL: { code: 'invalid_request', detail: 'The URL is malformed.' },
}

/** The media types that at least one route accepts. */
const mediaTypes = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']

/** 415 with the types that the route accepts (RFC 9110 15.5.16). */
export function unsupportedMediaType({ server, headers }: FastifyRequest): ApiError {
  const accepted = acceptedTypesOf(server)
  const fault =
    headers['content-type'] === undefined
      ? 'The request has a body but no Content-Type.'
      : 'The content type of the request body is not supported.'
  return new ApiError('unsupported_media_type', {
    detail: `${fault} Accepted types: ${accepted}.`,
    headers: { accept: accepted },
  })
}

export function acceptedTypesOf(server: FastifyInstance): string {
  return mediaTypes.filter((type) => server.hasContentTypeParser(type)).join(', ')
}

function isFastifyError(error: unknown): error is FastifyError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    ('statusCode' in error || 'validation' in error)
  )
}

function isClientError(error: FastifyError): error is FastifyError & { statusCode: number } {
  return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
}

/** Whether `grant_type` has an unsupported value. A repeated `grant_type`, or one that is no text, is another error. */
export function isUnsupportedGrant(error: unknown): boolean {
  if (!isFastifyError(error)) return false
  const faults = error.validation?.filter(({ instancePath }) => instancePath === '/grant_type') ?? []
  return faults.length > 0 && faults.every(({ keyword }) => keyword === 'enum')
}

export function unsupportedGrant(): ApiError {
  return new ApiError('unsupported_grant_type', { errors: [{ path: '/grant_type', message: 'is not supported' }] })
}
