interface CatalogueEntry {
  /** HTTP status, unless the place that raises the error says otherwise. */
  status: number
  /** The public message, where it does not depend on the request. */
  detail?: string
}

/**
 * Every `code` that an error response can have. Those of RFC 6749 5.2 and 4.1.2.1, RFC 6750 3.1, RFC 7009 2.2.1
 * and RFC 8628 3.5 keep their names.
 */
export const errorCatalogue = {
  // The request.
  invalid_request: { status: 400 },
  not_found: { status: 404, detail: 'There is nothing at this URL.' },
  method_not_allowed: { status: 405, detail: 'The method is not allowed here.' },
  payload_too_large: { status: 413, detail: 'The body is too large.' },
  unsupported_media_type: { status: 415, detail: 'The content type of the body is not supported.' },
  slow_down: { status: 429 },
  server_error: { status: 500, detail: 'Something went wrong here. It has been logged.' },
  temporarily_unavailable: { status: 503, detail: 'The service cannot answer just now. Please try again.' },

  // The caller and their rights.
  not_authenticated: { status: 401, detail: 'Not authenticated' },
  invalid_token: { status: 401, detail: 'Could not validate credentials' },
  insufficient_scope: { status: 403 },

  // Token requests.
  invalid_grant: { status: 400 },
  invalid_client: {
    status: 401,
    detail:
      'The client is unknown, or its secret is wrong. First-party apps have neither: leave out client_id and ' +
      'client_secret.',
  },
  invalid_scope: { status: 400, detail: 'A scope of the request is malformed.' },
  unauthorized_client: { status: 400, detail: 'The client may not use this grant.' },
  unsupported_grant_type: { status: 400, detail: 'The grant_type is not one that is supported here.' },
  unsupported_token_type: {
    status: 400,
    detail: 'A token that a client got for itself cannot be revoked; it ends by itself, or with the client.',
  },
  email_not_verified: {
    status: 400,
    detail:
      'The e-mail address is not verified yet. Open the link in the mail that was sent to it, or ask for another one.',
  },

  // Accounts.
  signup_closed: { status: 403, detail: 'Registration is closed.' },
  username_taken: { status: 409, detail: 'The username is taken.' },
  email_taken: { status: 409, detail: 'Another account has this e-mail address already.' },
  wrong_password: { status: 400, detail: 'The password is wrong.' },
  password_too_short: { status: 400 },
  password_too_long: { status: 400 },
  password_too_common: { status: 400 },
  password_too_personal: { status: 400 },
  invalid_code: {
    status: 400,
    detail: 'The link or the code is not valid, or not any more. Ask for a new mail.',
  },
  invalid_invitation: {
    status: 400,
    detail: 'The invitation is not valid, or not any more. Ask whoever invited you for another one.',
  },

  // Administration.
  own_account: {
    status: 409,
    detail:
      'This is your own account. Change its e-mail address with PATCH /users/me, and delete it with POST ' +
      '/users/me/delete: these ask for your password.',
  },
  last_administrator: {
    status: 409,
    detail: 'There is nobody else who is enabled and holds users:write. Make another administrator first.',
  },
  user_disabled: { status: 409, detail: 'The user is disabled, and nobody could sign in.' },
  no_email: { status: 409, detail: 'The user has no e-mail address.' },
  already_invited: {
    status: 409,
    detail: 'There is an invitation for this e-mail address already. Withdraw it first.',
  },
  key_in_settings: {
    status: 409,
    detail:
      'With ALGORITHM=HS256 the key is SECRET_KEY. To rotate it, put another one there; the former one ' +
      'goes into SECRET_KEY_PREVIOUS, unless it has leaked.',
  },
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof errorCatalogue

export function catalogueEntryOf(code: ErrorCode): CatalogueEntry {
  return errorCatalogue[code]
}
