import type { Origin } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import type { ClaimedUser } from '../throttling/index.ts'
import type { Authenticate, Authentication } from './authenticate.ts'

export type Reauthenticate = ReturnType<typeof createReauthenticate>

/** Asks users who are signed in, or hold a link, for their password. */
export function createReauthenticate({ authenticate }: { authenticate: Authenticate }) {
  /** @throws {ApiError} 400 `wrong_password`; 429 `slow_down`; 503 */
  return async function reauthenticate(
    claimedUser: ClaimedUser,
    password: string,
    origin: Origin,
  ): Promise<Authentication> {
    const authentication = await authenticate({
      claimedUser,
      password,
      failureEvent: 'reauthentication_failed',
      origin,
    })
    if (authentication === undefined) throw wrongPassword()
    return authentication
  }
}

/** 400 `wrong_password` for `current_password`: unlike 401, it does not end the session of an app. */
export function wrongPassword() {
  return new ApiError('wrong_password', { errors: [{ path: '/current_password', message: 'is wrong' }] })
}
