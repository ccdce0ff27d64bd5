/** An error response of a token endpoint (RFC 6749 5.2). */
export class OAuthError extends Error {
  override name = 'OAuthError'
  /** The error code, such as `invalid_grant`. */
  readonly error: string
  /** The HTTP status. */
  readonly status: number
  /** Seconds until another attempt makes sense, if the server said so. */
  readonly retryAfter: number | undefined

  constructor(message: string, { error, status, retryAfter }: Pick<OAuthError, 'error' | 'status' | 'retryAfter'>) {
    super(message)
    this.error = error
    this.status = status
    this.retryAfter = retryAfter
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
