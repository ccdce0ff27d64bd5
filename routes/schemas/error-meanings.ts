import { type TProperties, Type } from '@sinclair/typebox'
import type { ErrorCode, FieldError } from '../../src/errors/index.ts'
import { enumOf } from './enum-of.ts'
import { PasskeyRequestOptions } from './webauthn.ts'

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
  errors?: FieldError[]
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
    remember_device_days: Type.Optional(
      Type.Integer({
        format: 'int32',
        description:
          'If present, ask the user whether to skip the second factor on this device for this number of days, and ' +
          'send `remember_device` accordingly.',
      }),
    ),
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

/** 401 of a route of administration, where clients need no recent authentication. */
export const administratorNotRecent: ErrorMeaning = {
  ...notRecent,
  description:
    'The access token is missing (`not_authenticated`) or invalid (`invalid_token`), or it belongs to a user who has ' +
    'not authenticated within the last 15 minutes, with the second factor if the account has one ' +
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

/** The meanings that statuses have for most routes. */
export const usualMeanings = {
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
