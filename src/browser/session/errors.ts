/** An error response of a token endpoint (RFC 6749 5.2). */
export class OAuthError extends Error {
  override name = 'OAuthError'
  /** The error code, such as `invalid_grant`. */
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
}

/** The password is correct, and the account has a second factor. */
export class SecondFactorError extends OAuthError {
  override name = 'SecondFactorError'
  /** Finishes the sign-in with a code. After an `OAuthError`, it can be called again with another code. */
  readonly finish: (otp: string) => Promise<void>

  constructor(error: OAuthError, finish: SecondFactorError['finish']) {
    super(error.message, error)
    this.finish = finish
  }

  /** What can finish the sign-in, such as `totp` or `recovery_code`. */
  get factors(): string[] {
    const { factors } = this.body
    return Array.isArray(factors) ? factors.filter((factor) => typeof factor === 'string') : []
  }
}

/** The token endpoint could not be reached, or cannot answer at the moment. The session goes on. */
export class UnreachableError extends Error {
  override name = 'UnreachableError'
  /** Seconds until another attempt makes sense, if the server said so. */
  readonly retryAfter: number | undefined

  constructor(message: string, { cause, retryAfter }: { cause?: unknown; retryAfter?: number | undefined } = {}) {
    super(message, { cause })
    this.retryAfter = retryAfter
  }
}
