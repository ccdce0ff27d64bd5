interface CatalogueEntry {
  /** The HTTP status, unless the place that throws the error sets another one. */
  status: number
  /** The public message, unless it depends on the request. */
  detail?: string
}

/**
 * Every `code` of an error response. Codes from RFC 6749 5.2 and 4.1.2.1, RFC 6750 3.1, RFC 7009 2.2.1 and
 * RFC 8628 3.5 keep their names.
 */
export const errorCatalogue = {
  // The request.
  invalid_request: { status: 400 },
  not_found: { status: 404, detail: 'There is no resource at this URL.' },
  method_not_allowed: { status: 405, detail: 'This URL does not accept this method.' },
  payload_too_large: { status: 413, detail: 'The request body is too large.' },
  unsupported_media_type: { status: 415, detail: 'The content type of the request body is not supported.' },
  slow_down: { status: 429 },
  server_error: { status: 500, detail: 'An unexpected error occurred and has been logged. Try again later.' },
  temporarily_unavailable: {
    status: 503,
    detail: 'The service is temporarily unavailable. Try again in a few seconds.',
  },

  // The caller and their rights.
  not_authenticated: { status: 401, detail: 'Not authenticated' },
  invalid_token: { status: 401, detail: 'Could not validate credentials' },
  insufficient_scope: { status: 403 },
  second_factor_required: {
    status: 403,
    detail:
      'This account needs a second factor. Add an authenticator app or a passkey (see /users/me/factors), then ' +
      'refresh the access token.',
  },

  // Token requests.
  invalid_grant: { status: 400 },
  invalid_client: {
    status: 401,
    detail: 'The client is unknown or its secret is wrong. First-party apps omit client_id and client_secret.',
  },
  invalid_scope: { status: 400, detail: 'A requested scope is malformed. Separate the names of scopes with spaces.' },
  unauthorized_client: { status: 400, detail: 'The client is not allowed to use this grant type.' },
  unsupported_grant_type: {
    status: 400,
    detail: 'The grant_type is not supported. The server metadata lists the supported grant types.',
  },
  unsupported_token_type: {
    status: 400,
    detail:
      'An access token that a client requested for itself cannot be revoked. It ends when it expires or the client ' +
      'is deleted.',
  },
  email_not_verified: {
    status: 400,
    detail: 'The e-mail address is not verified. Open the link in the verification e-mail, or request a new one.',
  },
  mfa_required: {
    status: 403,
    detail: 'The password is correct. Continue with your second factor.',
  },
  invalid_otp: { status: 400, detail: 'The code is wrong or was already used. Enter the next one.' },
  otp_locked: {
    status: 400,
    detail:
      'Too many wrong codes were entered for this account. Enter three codes of your authenticator app in a row, ' +
      'each time waiting for the next one, or a recovery code.',
  },
  invalid_passkey: { status: 400, detail: 'This passkey was rejected. Try again, or use another one.' },
  unreadable_factors: {
    status: 400,
    detail:
      'Codes of this account can no longer be verified, because the master key of the service was replaced. Use a ' +
      'passkey, or ask an administrator to remove your second factors.',
  },
  invalid_mfa_token: { status: 400, detail: 'This sign-in has expired. Start again with the password.' },

  // Accounts.
  signup_closed: { status: 403, detail: 'Registration is closed. Ask an administrator for an invitation.' },
  username_taken: { status: 409, detail: 'The username is already taken. Choose another one.' },
  email_taken: { status: 409, detail: 'Another account already uses this e-mail address. Use a different one.' },
  wrong_password: { status: 400, detail: 'The password is wrong. Check it and try again.' },
  password_too_short: { status: 400 },
  password_too_long: { status: 400 },
  password_too_common: { status: 400 },
  password_too_personal: { status: 400 },
  insufficient_user_authentication: {
    status: 401,
    detail: 'This requires a recent sign-in. Confirm that it is you, or sign in again.',
  },
  too_many_factors: { status: 409 },
  last_second_factor: {
    status: 409,
    detail: 'This account needs a second factor, and this is the last one. Add another one first.',
  },
  no_second_factor: {
    status: 409,
    detail: 'Recovery codes require a second factor. Add an authenticator app or a passkey first.',
  },
  passkeys_unavailable: {
    status: 409,
    detail:
      'Passkeys are unavailable, because this service has an IP address instead of a domain. Use the password and an ' +
      'authenticator app.',
  },
  invalid_code: {
    status: 400,
    detail: 'This link or code is invalid or has expired. Request a new one.',
  },
  invalid_invitation: {
    status: 400,
    detail: 'This invitation is invalid or has expired. Ask the person who invited you for a new one.',
  },

  // Administration.
  own_account: {
    status: 409,
    detail:
      'This is your own account. Change its e-mail address with PATCH /users/me, remove its second factors (see ' +
      '/users/me/factors), or delete the account with POST /users/me/delete.',
  },
  last_administrator: {
    status: 409,
    detail: 'This is the last enabled user with the scope users:write. Grant the scope to another user first.',
  },
  user_disabled: { status: 409, detail: 'The user is disabled. Enable the user first.' },
  no_email: { status: 409, detail: 'The user has no e-mail address. Add one first.' },
  already_invited: {
    status: 409,
    detail: 'An invitation for this e-mail address already exists. Withdraw it before you create a new one.',
  },
  key_in_settings: {
    status: 409,
    detail:
      'With ALGORITHM=HS256, tokens are signed with the setting SECRET_KEY. To rotate it, set a new SECRET_KEY and ' +
      'move the previous one to SECRET_KEY_PREVIOUS, unless it has leaked.',
  },
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof errorCatalogue

export function catalogueEntryOf(code: ErrorCode): CatalogueEntry {
  return errorCatalogue[code]
}
