import type { Origin } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import type { ClaimedUser } from '../throttling/index.ts'
import type { Authenticate, Authentication } from './authenticate.ts'

/** A password that is asked for again. */
interface PasswordField {
  password: string
  /** The name of the field in the request. */
  field: string
}

export type Reauthenticate = ReturnType<typeof createReauthenticate>

/** Asks users who are signed in, or hold a link, for their password. */
export function createReauthenticate({ authenticate }: { authenticate: Authenticate }) {
  /** @throws {ApiError} 400 `wrong_password`; 429 `slow_down`; 503 */
  return async function reauthenticate(
    claimedUser: ClaimedUser,
    { password, field }: PasswordField,
    origin: Origin,
  ): Promise<Authentication> {
    const authentication = await authenticate({
      claimedUser,
      password,
      failureEvent: 'reauthentication_failed',
      origin,
    })
    if (authentication === undefined) throw wrongPassword(field)
    return authentication
  }
}

/** 400 `wrong_password`: unlike 401, it does not end the session of an app. */
export function wrongPassword(field: string) {
  return new ApiError('wrong_password', { errors: [{ path: `/${field}`, message: 'is wrong' }] })
}
