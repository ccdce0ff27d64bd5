import type { FastifyError } from 'fastify'
import { ApiError, type FieldError } from '../src/errors/index.ts'

/** An error that Ajv reports. */
type ValidationFault = NonNullable<FastifyError['validation']>[number]

/** 400 `invalid_request`, with one message for each invalid field. */
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
      return { path: instancePath, message: describeType(instancePath, [params.type].flat()) }
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
      return { path: instancePath, message: `must be one of ${[params.allowedValues].flat().join(', ')}` }
    case 'format':
      return {
        path: instancePath,
        message: formatMessages[String(params.format)] ?? 'is invalid',
      }
    default:
      return { path: instancePath, message: message ?? 'is invalid' }
  }
}

function describeType(path: string, types: unknown[]): string {
  if (path === '') return 'must have a JSON object or a form as its body'
  // A repeated field of a form arrives as a list.
  if (types.length === 1 && types[0] === 'string') return 'must be a string, not a list or another type'
  return `must be ${types.map((type) => typeNames[String(type)] ?? String(type)).join(' or ')}`
}

const typeNames: Record<string, string | undefined> = {
  array: 'an array',
  boolean: 'true or false',
  integer: 'an integer',
  number: 'a number',
  object: 'an object',
  string: 'a string',
}

const invalidText = 'contains invalid characters'

const formatMessages: Record<string, string | undefined> = {
  text: invalidText,
  password: invalidText,
  email: invalidText,
  uuid: 'must be a UUID',
  'date-time': 'must be a time such as 2026-11-25T18:12:00Z (in a query, + is written %2B)',
}

/**
 * A field that the schema does not have. The path (RFC 6901) contains its name only if the name is plausible: JSON sent
 * as a form would be one single name, with all passwords in it.
 */
function unexpectedField(path: string, name: string): FieldError {
  if (!/^[\w.~/%[\]-]{0,40}$/.test(name)) return { path, message: 'contains an unknown field' }
  return { path: `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, message: 'is not a known field' }
}
