import type { ApiError } from './api-error.ts'

/** The values of `error` in RFC 6749 5.2 and 4.1.2.1, RFC 7009 2.2.1 and RFC 8628 3.5, and `mfa_required`. */
const oauthCodes = [
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_token_type',
  'invalid_scope',
  'slow_down',
  'mfa_required',
  'temporarily_unavailable',
  'server_error',
]

/** Codes that explain an `invalid_grant`. */
const invalidGrants = [
  'email_not_verified',
  'invalid_otp',
  'otp_locked',
  'unreadable_factors',
  'invalid_mfa_token',
  'invalid_passkey',
]

/** The body of an OAuth 2.0 error response (RFC 6749 5.2), with the problem's `detail`, `code` and `errors`. */
export function toOAuthError({ message, code, errors, extensions }: ApiError) {
  return {
    error: toOAuthCode(code),
    error_description: message,
    detail: message,
    code,
    ...(errors === undefined ? {} : { errors }),
    ...extensions,
  }
}

/** The value of `error` for a code. */
export function toOAuthCode(code: string) {
  if (invalidGrants.includes(code)) return 'invalid_grant'
  if (code === 'second_factor_required') return 'invalid_scope'
  return oauthCodes.includes(code) ? code : 'invalid_request'
}
