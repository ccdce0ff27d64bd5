import { Type } from '@sinclair/typebox'

const FieldErrors = Type.Array(Type.Object({
  path: Type.String({ description: 'A JSON pointer (RFC 6901) to the field.', examples: ['/username'] }),
  message: Type.String({ examples: ['is missing'] }),
}), { description: 'The fields that were wrong.' })

/** RFC 9457. */
export const Problem = Type.Object({
  type: Type.String({ examples: ['about:blank'] }),
  title: Type.String({ examples: ['Bad Request'] }),
  status: Type.Integer({ examples: [400] }),
  detail: Type.String({ description: 'What is wrong, for a person.', examples: ['username is missing.'] }),
  code: Type.String({ description: 'What is wrong, for a program.', examples: ['invalid_request'] }),
  errors: Type.Optional(FieldErrors),
}, { $id: 'Problem', description: 'Problem details (RFC 9457).' })

/** RFC 6749 5.2. */
export const OAuthError = Type.Object({
  error: Type.String({ description: 'The code of RFC 6749 5.2.', examples: ['invalid_grant'] }),
  error_description: Type.String({ description: 'What is wrong, for a person.', examples: ['Incorrect username or password'] }),
  detail: Type.String({ description: 'The same, under the name that it has elsewhere.', examples: ['Incorrect username or password'] }),
  code: Type.String({ description: 'What is wrong, for a program.', examples: ['invalid_grant'] }),
  errors: Type.Optional(FieldErrors),
}, { $id: 'OAuthError', description: 'An error of the token endpoint (RFC 6749 5.2).' })

const meanings = {
  400: 'The request is not valid; `errors` names the fields.',
  401: 'The access token is missing or not valid.',
  403: 'The access token lacks a scope that is needed.',
  409: 'It contradicts what is there.',
  413: 'The body is too large.',
  415: 'The content type of the body is not one that is understood here.',
  500: 'Something went wrong in the service. It has been logged.',
  503: 'The service cannot answer just now; try again after `Retry-After` seconds.',
}
type Status = keyof typeof meanings

/** What a status means at one route, where it is not what it means everywhere. */
type Meanings = { [status in Status]?: string }

/** The responses of a route that fails with these, and with what every route can fail with. */
export function problems (statuses: Status[], meaning: Meanings = {}) {
  return failures(Problem, 'application/problem+json', statuses, meaning)
}

/** The same in the shape of OAuth 2.0. */
export function oauthErrors (statuses: Status[], meaning: Meanings = {}) {
  return failures(OAuthError, 'application/json', statuses, meaning)
}

function failures (schema: typeof Problem | typeof OAuthError, mediaType: string, statuses: Status[], meaning: Meanings) {
  const everywhere: Status[] = [500, 503]
  return Object.fromEntries([...statuses, ...everywhere].map((status) =>
    [status, { description: meaning[status] ?? meanings[status], content: { [mediaType]: { schema } } }]))
}
