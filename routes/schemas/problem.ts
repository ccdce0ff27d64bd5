import { type TSchema, Type } from '@sinclair/typebox'
import {
  ApiError,
  type ErrorCode,
  type FieldError as InvalidField,
  toOAuthError,
  toProblem,
} from '../../src/errors/index.ts'

const FieldError = Type.Object(
  {
    path: Type.String({ description: 'A JSON pointer (RFC 6901) to the field.' }),
    message: Type.String({ description: 'What is wrong with it, for a person.' }),
  },
  {
    $id: 'FieldError',
    description: 'A field that was wrong.',
    examples: [{ path: '/username', message: 'is required' }],
  },
)

const FieldErrors = Type.Array(FieldError, { description: 'The fields that were wrong.' })

/** RFC 9457. */
const Problem = Type.Object(
  {
    type: Type.String({ examples: ['about:blank'] }),
    title: Type.String({ examples: ['Bad Request'] }),
    status: Type.Integer({ examples: [400] }),
    detail: Type.String({ description: 'What is wrong, for a person.', examples: ['username is required.'] }),
    code: Type.String({ description: 'What is wrong, for a program.', examples: ['invalid_request'] }),
    errors: Type.Optional(FieldErrors),
  },
  { $id: 'Problem', description: 'Problem details (RFC 9457).' },
)

/** RFC 6749 5.2. */
const OAuthError = Type.Object(
  {
    error: Type.String({ description: 'The code of RFC 6749 5.2.', examples: ['invalid_grant'] }),
    error_description: Type.String({
      description: 'What is wrong, for a person.',
      examples: ['Incorrect username or password'],
    }),
    detail: Type.String({
      description: 'The same, under the name that it has elsewhere.',
      examples: ['Incorrect username or password'],
    }),
    code: Type.String({ description: 'What is wrong, for a program.', examples: ['invalid_grant'] }),
    errors: Type.Optional(FieldErrors),
  },
  { $id: 'OAuthError', description: 'An error of the token endpoint (RFC 6749 5.2).' },
)

/** An error response. Its example comes from the error catalogue, with what is given here in its place. */
export interface ErrorMeaning {
  code: ErrorCode
  /** The meaning of the status at a route; the detail of the example without it. */
  description?: string
  /** The detail of the example, where the catalogue has none. */
  detail?: string
  errors?: InvalidField[]
}

/** 409: the change would leave no administrator. */
export const lastAdministrator: ErrorMeaning = {
  code: 'last_administrator',
  description: 'Nobody else is enabled and holds `users:write`.',
}

/** 400: the request is invalid, or `current_password` is wrong. */
export const wrongPassword: ErrorMeaning = {
  code: 'wrong_password',
  description: 'The request is not valid (`invalid_request`), or the password is wrong (`wrong_password`).',
  errors: [{ path: '/current_password', message: 'is wrong' }],
}

const usualMeanings = {
  400: {
    code: 'invalid_request',
    description: 'The request is not valid; `errors` names the fields.',
    detail: 'colour is not a known field.',
    errors: [{ path: '/colour', message: 'is not a known field' }],
  },
  401: { code: 'invalid_token', description: 'The access token is missing or not valid.' },
  403: {
    code: 'insufficient_scope',
    description: 'The access token lacks a scope that is needed.',
    detail: 'The access token lacks the scope account.',
  },
  413: { code: 'payload_too_large' },
  415: {
    code: 'unsupported_media_type',
    description: 'The content type of the body is not supported, or the body is compressed.',
    detail:
      'The content type of the body is not supported. Accepted types: application/json, ' +
      'application/x-www-form-urlencoded.',
  },
  429: {
    code: 'slow_down',
    description: 'Too many attempts; try again after `Retry-After` seconds.',
    detail: 'Too many attempts. Wait 8 seconds, then try again.',
  },
  500: { code: 'server_error', description: 'Something went wrong in the service. It has been logged.' },
  503: {
    code: 'temporarily_unavailable',
    description: 'The service cannot answer just now; try again after `Retry-After` seconds.',
  },
} satisfies Record<number, ErrorMeaning>

type UsualStatus = keyof typeof usualMeanings

/** Statuses that mean something else at a route than elsewhere, or that only some routes have. */
type SpecificMeanings = { [status in UsualStatus | 404 | 409]?: ErrorMeaning }

/**
 * The error responses of a route, as problem details. Every route can answer 400, 500 and 503.
 * @param statuses those that mean what they usually do
 * @param specific the others
 */
export function problems(statuses: UsualStatus[], specific: SpecificMeanings = {}) {
  return errorResponses(Problem, 'application/problem+json', toProblem, statuses, specific)
}

/** The error responses of a route, in the shape of OAuth 2.0. Every route can answer 400, 500 and 503. */
export function oauthErrors(statuses: UsualStatus[], specific: SpecificMeanings = {}) {
  return errorResponses(OAuthError, 'application/json', toOAuthError, statuses, specific)
}

function errorResponses(
  schema: TSchema,
  mediaType: string,
  toBody: (error: ApiError) => object,
  statuses: UsualStatus[],
  specific: SpecificMeanings,
) {
  const usual: UsualStatus[] = [400, ...statuses, 500, 503]
  const meanings: SpecificMeanings = {
    ...Object.fromEntries(usual.map((status) => [status, usualMeanings[status]])),
    ...specific,
  }
  return Object.fromEntries(
    Object.entries(meanings).map(([status, { code, description, ...options }]) => {
      const error = new ApiError(code, { ...options, status: Number(status) })
      const content = { [mediaType]: { schema, example: toBody(error) } }
      return [status, { description: description ?? error.message, content }]
    }),
  )
}
