import { type TSchema, Type } from '@sinclair/typebox'
import { oauthErrorOf, problemOf } from '../../plugins/errors.ts'
import { ApiError, type ErrorCode, type FieldError as InvalidField } from '../../src/errors/index.ts'

export const FieldError = Type.Object(
  {
    path: Type.String({ description: 'A JSON pointer (RFC 6901) to the field.' }),
    message: Type.String({ description: 'What is wrong with it, for a person.' }),
  },
  {
    $id: 'FieldError',
    description: 'A field that was wrong.',
    examples: [{ path: '/username', message: 'is missing' }],
  },
)

const FieldErrors = Type.Array(FieldError, { description: 'The fields that were wrong.' })

/** RFC 9457. */
export const Problem = Type.Object(
  {
    type: Type.String({ examples: ['about:blank'] }),
    title: Type.String({ examples: ['Bad Request'] }),
    status: Type.Integer({ examples: [400] }),
    detail: Type.String({ description: 'What is wrong, for a person.', examples: ['username is missing.'] }),
    code: Type.String({ description: 'What is wrong, for a program.', examples: ['invalid_request'] }),
    errors: Type.Optional(FieldErrors),
  },
  { $id: 'Problem', description: 'Problem details (RFC 9457).' },
)

/** RFC 6749 5.2. */
export const OAuthError = Type.Object(
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

/** What a status means, and an example of it. */
export interface Meaning {
  description: string
  code: ErrorCode
  detail: string
  errors?: InvalidField[]
}

/** Of what would leave nobody who could make another one. */
export const lastAdministrator: Meaning = {
  description: 'Nobody else is enabled and holds `users:write`.',
  code: 'last_administrator',
  detail: 'There is nobody else who is enabled and holds users:write. Make another administrator first.',
}

const usual = {
  400: {
    description: 'The request is not valid; `errors` names the fields.',
    code: 'invalid_request',
    detail: 'colour is not expected here.',
    errors: [{ path: '/colour', message: 'is not expected here' }],
  },
  401: {
    description: 'The access token is missing or not valid.',
    code: 'invalid_token',
    detail: 'Could not validate credentials',
  },
  403: {
    description: 'The access token lacks a scope that is needed.',
    code: 'insufficient_scope',
    detail: 'The access token lacks the scope account.',
  },
  404: { description: 'There is nothing of that name.', code: 'not_found', detail: 'There is nothing of that name.' },
  409: lastAdministrator,
  413: { description: 'The body is too large.', code: 'payload_too_large', detail: 'The body is too large.' },
  415: {
    description: 'The content type of the body is not one that is understood here.',
    code: 'unsupported_media_type',
    detail: 'The content type of the body is not one that is understood here.',
  },
  429: {
    description: 'Too many attempts; try again after `Retry-After` seconds.',
    code: 'slow_down',
    detail: 'Too many attempts. Wait 8 seconds, then try again.',
  },
  500: {
    description: 'Something went wrong in the service. It has been logged.',
    code: 'server_error',
    detail: 'Something went wrong here. It has been logged.',
  },
  503: {
    description: 'The service cannot answer just now; try again after `Retry-After` seconds.',
    code: 'temporarily_unavailable',
    detail: 'The service cannot answer just now. Please try again.',
  },
} satisfies Record<number, Meaning>
type Status = keyof typeof usual

/** What a status means at one route, where it is not what it means everywhere. */
type Meanings = { [status in Status]?: Meaning }

/** The responses of a route that fails with these, and with what every route can fail with. */
export function problems(statuses: Status[], meanings: Meanings = {}) {
  return failures(Problem, 'application/problem+json', problemOf, statuses, meanings)
}

/** The same in the shape of OAuth 2.0. */
export function oauthErrors(statuses: Status[], meanings: Meanings = {}) {
  return failures(OAuthError, 'application/json', oauthErrorOf, statuses, meanings)
}

function failures(
  schema: TSchema,
  mediaType: string,
  shapeOf: (refusal: ApiError) => object,
  statuses: Status[],
  meanings: Meanings,
) {
  const everywhere: Status[] = [500, 503]
  return Object.fromEntries(
    [...statuses, ...everywhere].map((status) => {
      const { description, code, detail, ...options }: Meaning = meanings[status] ?? usual[status]
      const example = shapeOf(new ApiError(code, { status, detail, ...options }))
      return [status, { description, content: { [mediaType]: { schema, example } } }]
    }),
  )
}
