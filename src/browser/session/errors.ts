/** An error response of the server. */
export class OAuthError extends Error {
  override name = 'OAuthError'
  /** The error code: of OAuth (RFC 6749 5.2), such as `invalid_grant`, or of Latchkey, such as `wrong_password`. */
  readonly error: string
  /** The HTTP status. */
  readonly status: number
  /** Seconds until another attempt makes sense, if the server said so. */
  readonly retryAfter: number | undefined
  /** The body of the response. */
  readonly body: Readonly<Record<string, unknown>>

  constructor(
    message: string,
    {
      error,
      status,
      retryAfter,
      body = {},
    }: Pick<OAuthError, 'error' | 'status' | 'retryAfter'> & Partial<Pick<OAuthError, 'body'>>,
  ) {
    super(message)
    this.error = error
    this.status = status
    this.retryAfter = retryAfter
    this.body = body
  }

  /** Latchkey's error code, such as `invalid_otp`, which says more than `error` does at sign-in; else `error`. */
  get code(): string {
    const { code } = this.body
    return typeof code === 'string' ? code : this.error
  }
}

export interface Remembering {
  /**
   * Whether a sign-in with a second factor is remembered, so that later ones on this device need the password alone, if
   * the server allows it (`REMEMBER_SECOND_FACTOR_DAYS`). Let the user choose.
   */
  rememberDevice?: boolean | undefined
}

/** The ways to finish a sign-in. */
type Finish = Pick<SecondFactorError, 'finish' | 'finishWithPasskey'>

/** The password is correct, and the account has a second factor. */
export class SecondFactorError extends OAuthError {
  override name = 'SecondFactorError'
  /** Finishes the sign-in with a code. After an `OAuthError`, it can be called again with another code. */
  readonly finish: (otp: string, chosen?: Remembering) => Promise<void>
  /** Finishes the sign-in with a passkey. After a `PasskeyError`, it can be called again, as can `finish`. */
  readonly finishWithPasskey: (chosen?: Remembering) => Promise<void>

  constructor(error: OAuthError, { finish, finishWithPasskey }: Finish) {
    super(error.message, error)
    this.finish = finish
    this.finishWithPasskey = finishWithPasskey
  }

  /** What can finish the sign-in: `totp` and `recovery_code` are codes; `passkey`. */
  get factors(): string[] {
    const { factors } = this.body
    return Array.isArray(factors) ? factors.map(String) : []
  }

  /** The days for which the user can let this device be remembered; 0 if they cannot. */
  get rememberDeviceDays(): number {
    const { remember_device_days: days } = this.body
    return typeof days === 'number' ? days : 0
  }
}

/** No passkey was created or used. Its message is for the user. */
export class PasskeyError extends Error {
  override name = 'PasskeyError'
  /**
   * The user `cancelled` or took too long; passkeys are `unavailable` in this browser, on this page or to this
   * account; the device is `already_registered`; the server's passkeys belong to another domain than the page
   * (`wrong_domain`); or the browser `failed`.
   */
  readonly reason: 'cancelled' | 'unavailable' | 'already_registered' | 'wrong_domain' | 'failed'

  constructor(message: string, reason: PasskeyError['reason'], cause?: unknown) {
    super(message, { cause })
    this.reason = reason
  }
}

/** The server could not be reached, or cannot answer at the moment. The session goes on. */
export class UnreachableError extends Error {
  override name = 'UnreachableError'
  /** Seconds until another attempt makes sense, if the server said so. */
  readonly retryAfter: number | undefined

  constructor(message: string, { cause, retryAfter }: { cause?: unknown; retryAfter?: number | undefined } = {}) {
    super(message, { cause })
    this.retryAfter = retryAfter
  }
}
