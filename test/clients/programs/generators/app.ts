/* The part of an app that does not depend on its client. The program of each generator uses it. */

export const { BASE_URL: baseUrl = '', PASSWORD: password = '' } = process.env

/** `users:read` is an administrator's, and has to be requested by name. */
export const credentials = { username: 'ada', password, scope: 'account users:read' }

/** Prints what a step of the program has led to. */
export function show(result: Record<string, unknown>) {
  console.log(JSON.stringify(result))
}

type SignInError =
  | 'invalid_request'
  | 'invalid_scope'
  | 'invalid_grant'
  | 'mfa_required'
  | 'invalid_client'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'slow_down'
  | 'server_error'
  | 'temporarily_unavailable'

/** The codes, but never for `any`, which is the only type that 0 extends after an intersection with 1. */
type Known<Given, Code> = Given & (0 extends 1 & Given ? never : Code)

/** Compiles only for a client whose types enumerate the errors. */
export function explainSignIn<Given>(error: Known<Given, SignInError>): string {
  const known: SignInError = error
  switch (known) {
    case 'invalid_scope':
      return 'You lack a permission.'
    case 'invalid_grant':
      return 'The password is wrong.'
    case 'mfa_required':
      return 'Enter a code.'
    case 'slow_down':
    case 'server_error':
    case 'temporarily_unavailable':
      return 'Try again later.'
    case 'invalid_request':
    case 'invalid_client':
    case 'unauthorized_client':
    case 'unsupported_grant_type':
      return 'The app is broken.'
  }
}

type AccountError =
  | 'invalid_request'
  | 'not_authenticated'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'server_error'
  | 'temporarily_unavailable'

/** Compiles only for a client whose types enumerate the codes. */
export function explainAccount<Given>(code: Known<Given, AccountError>): string {
  const known: AccountError = code
  switch (known) {
    case 'not_authenticated':
      return 'Sign in.'
    case 'invalid_token':
      return 'Sign in again.'
    case 'insufficient_scope':
      return 'You lack a permission.'
    case 'server_error':
    case 'temporarily_unavailable':
      return 'Try again later.'
    case 'invalid_request':
      return 'The app is broken.'
  }
}
