import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ApiError, type ErrorCode, type FieldError, notFound } from '../src/errors/index.ts'

/** Errors of routes, and routes that there are not, as problem details (RFC 9457). */
export default fp(
  async (app) => {
    app.setErrorHandler(sendProblem)
    app.setNotFoundHandler((request, reply) => sendProblem(notFound(), request, reply))
  },
  { name: 'latchkey-errors' },
)

/** Problem details (RFC 9457 3) with a stable `code`. */
export function problemOf({ statusCode, message, code, errors }: ApiError) {
  return {
    type: 'about:blank',
    title: STATUS_CODES[statusCode] ?? 'Error',
    status: statusCode,
    detail: message,
    code,
    ...(errors === undefined ? {} : { errors }),
  }
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const refusal = refusalOf(error)
  logRefusal(refusal, request)
  return reply
    .code(refusal.statusCode)
    .headers(refusal.headers)
    .type('application/problem+json')
    .send(problemOf(refusal))
}

/** The error of RFC 6749 5.2, with the members of a problem that clients look for everywhere. */
export function sendOAuthError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const refusal = isUnknownGrant(error) ? unsupportedGrant() : refusalOf(error)
  logRefusal(refusal, request)
  return reply.code(refusal.statusCode).headers(refusal.headers).type('application/json').send(oauthErrorOf(refusal))
}

/** RFC 6749 5.2, and `detail`, `code` and `errors` as elsewhere. */
export function oauthErrorOf(refusal: ApiError) {
  const { message, code, errors } = refusal
  return {
    error: oauthCodeOf(refusal),
    error_description: message,
    detail: message,
    code,
    ...(errors === undefined ? {} : { errors }),
  }
}

/** The codes that RFC 6749 5.2 and 4.1.2.1, RFC 7009 2.2.1 and RFC 8628 3.5 know; what else is wrong with a request is `invalid_request`. */
const oauthCodes = [
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_token_type',
  'invalid_scope',
  'slow_down',
  'temporarily_unavailable',
  'server_error',
]

function oauthCodeOf({ code }: ApiError) {
  if (code === 'email_not_verified') return 'invalid_grant'
  return oauthCodes.includes(code) ? code : 'invalid_request'
}

/** A word that is no grant of ours; a grant_type that is repeated or no word is `invalid_request`. */
function isUnknownGrant(error: unknown) {
  if (!isFastifyError(error)) return false
  const faults = error.validation?.filter(({ instancePath }) => instancePath === '/grant_type') ?? []
  return faults.length > 0 && faults.every(({ keyword }) => keyword === 'enum')
}

function unsupportedGrant() {
  return new ApiError('unsupported_grant_type', { errors: [{ path: '/grant_type', message: 'is not supported' }] })
}

/** The refusal that an error means; one that we did not foresee says nothing of its cause. */
export function refusalOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (isFastifyError(error)) {
    if (error.validation !== undefined) return invalid(error.validation)
    const known =
      refusals[error.code] ??
      (isClientError(error)
        ? { statusCode: error.statusCode, code: 'invalid_request', detail: 'The request is malformed.' }
        : undefined)
    if (known !== undefined) {
      return new ApiError(known.code, { status: known.statusCode, detail: known.detail, cause: error })
    }
  }
  return new ApiError('server_error', { cause: error })
}

const refusals: Record<string, { statusCode: number; code: ErrorCode; detail: string } | undefined> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { statusCode: 413, code: 'payload_too_large', detail: 'The body is too large.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    statusCode: 415,
    code: 'unsupported_media_type',
    detail: 'The content type of the body is not one that is understood here.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { statusCode: 400, code: 'invalid_request', detail: 'The body is empty.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { statusCode: 400, code: 'invalid_request', detail: 'The body is not valid JSON.' },
  FST_ERR_BAD_URL: { statusCode: 400, code: 'invalid_request', detail: 'The address is malformed.' },
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

function invalid(validation: NonNullable<FastifyError['validation']>): ApiError {
  const errors = validation
    .map(faultOf)
    .filter(({ path }, index, all) => all.findIndex((other) => other.path === path) === index)
  const detail = errors
    .map(({ path, message }) => (path === '' ? `The request ${message}.` : `${path.slice(1)} ${message}.`))
    .join(' ')
  return new ApiError('invalid_request', { detail, errors })
}

type ValidationFault = NonNullable<FastifyError['validation']>[number]

/** Ajv's fault in words for the person who made the request; never with the value. */
function faultOf({ keyword, instancePath, params, message }: ValidationFault): FieldError {
  switch (keyword) {
    case 'required':
      return { path: `${instancePath}/${params.missingProperty}`, message: 'is missing' }
    case 'additionalProperties':
      return unexpected(instancePath, String(params.additionalProperty))
    case 'type':
      return {
        path: instancePath,
        message: params.type === 'object' ? 'needs a body with named members' : `must be one ${params.type}`,
      }
    case 'minLength':
      return {
        path: instancePath,
        message: params.limit === 1 ? 'must not be empty' : `must have at least ${params.limit} characters`,
      }
    case 'maxLength':
      return { path: instancePath, message: `must have at most ${params.limit} characters` }
    case 'minimum':
      return { path: instancePath, message: `must be at least ${params.limit}` }
    case 'maximum':
      return { path: instancePath, message: `must be at most ${params.limit}` }
    case 'enum':
      return { path: instancePath, message: `must be one of: ${params.allowedValues}` }
    case 'format':
      return { path: instancePath, message: formats[String(params.format)] ?? 'holds characters that are not text' }
    default:
      return { path: instancePath, message: message ?? 'is not valid' }
  }
}

const formats: Record<string, string | undefined> = {
  uuid: 'must be a UUID',
  'date-time': 'must be a time such as 2026-11-25T18:12:00Z (in a query, + is written %2B)',
}

/**
 * A member that there is not, by its name (RFC 6901) if it looks like one: the name of the only member
 * of JSON sent as a form is all of it, password included.
 */
function unexpected(path: string, member: string): FieldError {
  if (!/^[\w.~/%[\]-]{0,40}$/.test(member)) return { path, message: 'has a member that is not expected here' }
  return { path: `${path}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`, message: 'is not expected here' }
}

export function logRefusal({ statusCode, cause }: ApiError, request: FastifyRequest) {
  // The gate tells of its refusals itself, and not of each.
  if (statusCode >= 500 && cause !== undefined) request.log.error({ err: cause }, 'request failed')
}
