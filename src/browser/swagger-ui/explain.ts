import { OAuthError, PasskeyError } from '../session/errors.ts'

/** @returns what went wrong, for the user */
export function explain(error: unknown): string {
  if (error instanceof PasskeyError) return error.message
  const cause = error instanceof Error && error.cause instanceof OAuthError ? error.cause : error
  if (!(cause instanceof OAuthError)) {
    return (
      'The server could not be reached. Check that it is running. If it is on another origin, it must allow this ' +
      'page (CORS_ORIGINS).'
    )
  }
  const { message, retryAfter } = cause
  // Many services say so themselves.
  if (retryAfter === undefined || /try again/i.test(message)) return message
  return `${message.replace(/\.?$/, '.')} Try again in ${retryAfter} ${retryAfter === 1 ? 'second' : 'seconds'}.`
}
