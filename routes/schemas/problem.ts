import { type TProperties, type TSchema, Type } from '@sinclair/typebox'
import {
  ApiError,
  type ErrorCode,
  type FieldError as InvalidField,
  toOAuthCode,
  toOAuthError,
  toProblem,
} from '../../src/errors/index.ts'
import { PasskeyRequestOptions } from './passkey.ts'

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

function enumOf(values: string[], options: object) {
  return Type.Unsafe<string>({ type: 'string', enum: values, ...options })
}

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

/** An error response. Its example comes from the error catalogue, unless these fields replace parts of it. */
export interface ErrorMeaning {
  /** The code of the example. */
  code: ErrorCode
  /** The codes of the response, and the name of its schema. By default, both come from `code` alone. */
  codes?: { name: string; values: ErrorCode[] }
  /** What the status means for a route. Default: the detail of the example. */
  description?: string
  /** The detail of the example, for a code that has none in the catalogue. */
  detail?: string
  errors?: InvalidField[]
  /** Fields that only this error has, and their values in the example. */
  fields?: TProperties
  extensions?: Record<string, unknown>
  /** False if the response has no `WWW-Authenticate`, unlike others with the status 401 or 403. */
  hasChallenge?: boolean
}

const lacksRightsCodes: NonNullable<ErrorMeaning['codes']> = {
  name: 'LacksRights',
  values: ['insufficient_scope', 'second_factor_required'],
}

const secondFactorDescription =
  '(`insufficient_scope`), or the account needs a second factor (`second_factor_required`).'

/** 403 of a route that requires an administration scope. */
export const lacksRights: ErrorMeaning = {
  code: 'insufficient_scope',
  codes: lacksRightsCodes,
  description: `The access token lacks a required scope ${secondFactorDescription}`,
  detail: 'The access token lacks the scope users:read. Request a token with the scope.',
}

/**
 * 403 of a route that acts on users, clients or invitations.
 * @param subject `user`
 */
export function beyondReach(subject: string): ErrorMeaning {
  return {
    code: 'insufficient_scope',
    codes: lacksRightsCodes,
    description:
      `The access token lacks a required scope, or one of the ${subject}’s administration scopes ` +
      secondFactorDescription,
    detail: `The ${subject} has administration scopes that the access token lacks.`,
  }
}

/** 409: the account must have a second factor. */
export const lastSecondFactor: ErrorMeaning = {
  code: 'last_second_factor',
  description: 'The account must have a second factor, and this is the last one (`last_second_factor`).',
}

const lastAdministratorDescription = 'This is the last enabled user with the scope `users:write` (`last_administrator`)'

/** 409: the change would leave no administrator. */
export const lastAdministrator: ErrorMeaning = {
  code: 'last_administrator',
  description: `${lastAdministratorDescription}.`,
}

/**
 * 409: the change would leave no administrator, or callers must not make it to their own account.
 * @param ownAccount the meaning of `own_account`
 */
export function protectedUser(ownAccount: string): ErrorMeaning {
  return {
    code: 'last_administrator',
    codes: { name: 'ProtectedUser', values: ['last_administrator', 'own_account'] },
    description: `${lastAdministratorDescription}, or ${ownAccount} (\`own_account\`).`,
  }
}

/** 400: the request is invalid, or `current_password` is wrong. */
export const wrongPassword: ErrorMeaning = {
  code: 'wrong_password',
  codes: { name: 'CurrentPassword', values: ['invalid_request', 'wrong_password'] },
  description: 'The request is invalid (`invalid_request`), or the password is wrong (`wrong_password`).',
  errors: [{ path: '/current_password', message: 'is wrong' }],
}

/** 403: the account has a second factor, and the request has none, or codes are locked and one is not enough. */
export const mfaRequired: ErrorMeaning = {
  code: 'mfa_required',
  description:
    'The password is correct, and the account has a second factor (`mfa_required`). The request has none, or codes ' +
    'are locked and one is not enough. Continue with the grant type `urn:latchkey:grant-type:mfa`, the `mfa_token` ' +
    'and a code or a passkey.',
  fields: {
    mfa_token: Type.String({ description: 'Send it with the second factor, within five minutes.' }),
    factors: Type.Array(enumOf(['totp', 'recovery_code', 'passkey'], {}), {
      description: 'What can complete the sign-in. Send either kind of code as `otp`, a passkey as `credential`.',
    }),
    passkey_options: Type.Optional(PasskeyRequestOptions),
  },
  extensions: { mfa_token: 'mt_1.c2VhbGVk', factors: ['totp', 'recovery_code'] },
  hasChallenge: false,
}

const notRecentCodes: ErrorMeaning['codes'] = {
  name: 'NotRecent',
  values: ['not_authenticated', 'invalid_token', 'insufficient_user_authentication'],
}

/** 401: the access token is missing or invalid, or the second factor was not used recently. */
export const noRecentSecondFactor: ErrorMeaning = {
  code: 'insufficient_user_authentication',
  codes: notRecentCodes,
  description:
    'The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the account has a second ' +
    'factor that was not used within the last 15 minutes (`insufficient_user_authentication`, RFC 9470).',
}

/** 401: the access token is missing or invalid, or the last sign-in is too long ago. */
export const notRecent: ErrorMeaning = {
  code: 'insufficient_user_authentication',
  codes: notRecentCodes,
  description:
    'The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or the user has not ' +
    'authenticated within the last 15 minutes, with the second factor if the account has one ' +
    '(`insufficient_user_authentication`, RFC 9470).',
}

/** 401 of a route that does not require an access token. */
export const invalidOptionalToken: ErrorMeaning = {
  code: 'invalid_token',
  description: 'The request has an access token, and it is invalid (`invalid_token`).',
}

/** The codes of rejected passwords. */
export const passwordCodes: ErrorCode[] = [
  'password_too_short',
  'password_too_long',
  'password_too_common',
  'password_too_personal',
]

/** The codes of rejected passwords, for descriptions. */
export const passwordCodeList = passwordCodes.map((code) => `\`${code}\``).join(', ')

const usualMeanings = {
  400: {
    code: 'invalid_request',
    description: 'The request is invalid (`invalid_request`). `errors` names the invalid fields.',
    detail: 'color is not a known field.',
    errors: [{ path: '/color', message: 'is not a known field' }],
  },
  401: {
    code: 'invalid_token',
    codes: { name: 'Unauthenticated', values: ['not_authenticated', 'invalid_token'] },
    description: 'The access token is missing (`not_authenticated`) or invalid (`invalid_token`).',
  },
  403: {
    code: 'insufficient_scope',
    description: 'The access token lacks a required scope (`insufficient_scope`).',
    detail: 'The access token lacks the scope account. Request a token with the scope.',
  },
  413: { code: 'payload_too_large', description: 'The request body is too large (`payload_too_large`).' },
  415: {
    code: 'unsupported_media_type',
    description:
      'The content type of the request body is not supported, or the body is compressed (`unsupported_media_type`).',
    detail:
      'The content type of the request body is not supported. Accepted types: application/json, ' +
      'application/x-www-form-urlencoded.',
  },
  429: {
    code: 'slow_down',
    description: 'There were too many attempts (`slow_down`). Try again after `Retry-After` seconds.',
    detail: 'Too many attempts. Wait 8 seconds, then try again.',
  },
  500: {
    code: 'server_error',
    // With the name of the code, the schema for OAuth 2.0 would be called `ServerErrorError`.
    codes: { name: 'Server', values: ['server_error'] },
    description: 'An unexpected error occurred and has been logged (`server_error`).',
  },
  503: {
    code: 'temporarily_unavailable',
    description:
      'The service is overloaded or its database is unavailable (`temporarily_unavailable`). Try again after ' +
      '`Retry-After` seconds.',
  },
} satisfies Record<number, ErrorMeaning>

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
