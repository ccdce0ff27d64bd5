import { type TProperties, type TSchema, Type } from '@sinclair/typebox'
import { ApiError, type ErrorCode, toOAuthCode, toOAuthError, toProblem } from '../../src/errors/index.ts'
import { enumOf } from './enum-of.ts'
import { type ErrorMeaning, usualMeanings } from './error-meanings.ts'

const FieldError = Type.Object(
  {
    path: Type.String({ description: 'A JSON pointer (RFC 6901) to the field.' }),
    message: Type.String({ description: 'A human-readable message that follows the name of the field.' }),
  },
  {
    $id: 'FieldError',
    description: 'An invalid field.',
    examples: [{ path: '/username', message: 'is required' }],
  },
)

const FieldErrors = Type.Array(FieldError, { description: 'The invalid fields, if any.' })

const code = { description: 'The stable code of the error, for programs.' }

/** RFC 9457, with a stable `code`. */
const problemFields = (codes: ErrorCode[]) => ({
  type: Type.String({ examples: ['about:blank'] }),
  title: Type.String({ description: 'The name of the status.' }),
  status: Type.Integer({ format: 'int32', description: 'The HTTP status.' }),
  detail: Type.String({ description: 'A human-readable message. It may change.' }),
  code: enumOf(codes, code),
  errors: Type.Optional(FieldErrors),
})

/** RFC 6749 5.2, with the fields of a problem that programs use. */
const oauthFields = (codes: ErrorCode[]) => ({
  error: enumOf([...new Set(codes.map(toOAuthCode))], { description: 'The error code of RFC 6749 5.2.' }),
  error_description: Type.String({ description: 'A human-readable message. It may change.' }),
  detail: Type.String({
    description: 'The same message as `error_description`, under the name that other errors use.',
  }),
  code: enumOf(codes, code),
  errors: Type.Optional(FieldErrors),
})

/** The shape of error responses. */
interface ErrorFormat {
  mediaType: string
  toBody: (error: ApiError) => object
  /** The schema for these codes. All routes share it, under this name. */
  schemaFor: (name: string, codes: ErrorCode[], fields?: TProperties) => TSchema
}

function createFormat(
  { mediaType, toBody }: Pick<ErrorFormat, 'mediaType' | 'toBody'>,
  suffix: string,
  description: string,
  fieldsFor: (codes: ErrorCode[]) => TProperties,
): ErrorFormat {
  const schemas = new Map<string, TSchema>()
  return {
    mediaType,
    toBody,
    schemaFor(name, codes, fields = {}) {
      const key = [name, ...codes].join(' ')
      const schema =
        schemas.get(key) ?? Type.Object({ ...fieldsFor(codes), ...fields }, { $id: `${name}${suffix}`, description })
      schemas.set(key, schema)
      return schema
    },
  }
}

const problemFormat = createFormat(
  { mediaType: 'application/problem+json', toBody: toProblem },
  'Problem',
  'Problem details (RFC 9457).',
  problemFields,
)

const oauthFormat = createFormat(
  { mediaType: 'application/json', toBody: toOAuthError },
  'Error',
  'An error of an OAuth 2.0 endpoint (RFC 6749 5.2).',
  oauthFields,
)

const challenge = {
  'WWW-Authenticate': {
    type: 'string',
    description: 'How to authenticate, and the `error` (RFC 6750 3, RFC 9110 11.6.1).',
  },
}
const retryAfter = {
  'Retry-After': { type: 'integer', format: 'int32', description: 'The seconds to wait before the next attempt.' },
}

/** The headers of error responses, by status. */
const headersOf: Record<string, object | undefined> = {
  401: challenge,
  403: challenge,
  429: retryAfter,
  503: retryAfter,
}

type UsualStatus = keyof typeof usualMeanings

/** Statuses that need a description of their own for a route. */
type SpecificMeanings = { [status in UsualStatus | 404 | 409]?: ErrorMeaning }

/**
 * The error responses of a route, as problem details. Every route can return 400, 500 and 503.
 * @param statuses the statuses with their usual meaning
 * @param specific the statuses with a meaning specific to the route
 */
export function problems(statuses: UsualStatus[], specific: SpecificMeanings = {}) {
  return errorResponses(problemFormat, statuses, specific)
}

/** The error responses of a route, in the shape of OAuth 2.0. Every route can return 400, 500 and 503. */
export function oauthErrors(statuses: UsualStatus[], specific: SpecificMeanings = {}) {
  return errorResponses(oauthFormat, statuses, specific)
}

function errorResponses(
  { mediaType, toBody, schemaFor }: ErrorFormat,
  statuses: UsualStatus[],
  specific: SpecificMeanings,
) {
  const usual: UsualStatus[] = [400, ...statuses, 500, 503]
  const meanings: SpecificMeanings = {
    ...Object.fromEntries(usual.map((status) => [status, usualMeanings[status]])),
    ...specific,
  }
  return Object.fromEntries(
    Object.entries(meanings).map(([status, { code, codes, description, fields, hasChallenge = true, ...options }]) => {
      const error = new ApiError(code, { ...options, status: Number(status) })
      const { name, values } = codes ?? { name: toPascalCase(code), values: [code] }
      const content = { [mediaType]: { schema: schemaFor(name, values, fields), example: toBody(error) } }
      const headers = hasChallenge ? headersOf[status] : undefined
      return [status, { description: description ?? error.message, ...(headers && { headers }), content }]
    }),
  )
}

/** `invalid_request` -> `InvalidRequest`. */
function toPascalCase(code: ErrorCode) {
  return code.replace(/(?:^|_)(\w)/g, (_match, letter: string) => letter.toUpperCase())
}
