import type { FastifyError } from 'fastify'
import { ApiError, type FieldError } from '../src/errors/index.ts'

/** An error that Ajv reports. */
type ValidationFault = NonNullable<FastifyError['validation']>[number]

/** 400 `invalid_request`, naming each invalid field once. */
export function toValidationError(validation: ValidationFault[]): ApiError {
  const errors = validation
    .map(toFieldError)
    .filter(({ path }, index, all) => all.findIndex((other) => other.path === path) === index)
  const detail = errors
    .map(({ path, message }) => (path === '' ? `The request ${message}.` : `${path.slice(1)} ${message}.`))
    .join(' ')
  return new ApiError('invalid_request', { detail, errors })
}

/** Describes an invalid field, without its value. */
function toFieldError({ keyword, instancePath, params, message }: ValidationFault): FieldError {
  switch (keyword) {
    case 'required':
      return { path: `${instancePath}/${params.missingProperty}`, message: 'is required' }
    case 'additionalProperties':
      return unexpectedField(instancePath, String(params.additionalProperty))
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
      return {
        path: instancePath,
        message: formatMessages[String(params.format)] ?? 'holds characters that are not text',
      }
    default:
      return { path: instancePath, message: message ?? 'is not valid' }
  }
}

const formatMessages: Record<string, string | undefined> = {
  uuid: 'must be a UUID',
  'date-time': 'must be a time such as 2026-11-25T18:12:00Z (in a query, + is written %2B)',
}

/**
 * A field that the schema does not have. It is named (RFC 6901) only if its name looks like one: JSON that is
 * sent as a form is a single name, passwords included.
 */
function unexpectedField(path: string, name: string): FieldError {
  if (!/^[\w.~/%[\]-]{0,40}$/.test(name)) return { path, message: 'has a member that is not expected here' }
  return { path: `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, message: 'is not expected here' }
}
