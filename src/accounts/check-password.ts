import type { Origin } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import type { ClaimedUser } from '../throttling/index.ts'
import type { Authenticate, CheckedPassword } from './authenticate.ts'

export type CheckPassword = ReturnType<typeof createCheckPassword>

/** Verifies the password of users who are signed in or present a link. */
export function createCheckPassword({ authenticate }: { authenticate: Authenticate }) {
  /** @throws {ApiError} 400 `wrong_password`; 429 `slow_down`; 503 */
  return async function checkPassword(
    claimedUser: ClaimedUser,
    password: string,
    origin: Origin,
    deviceToken?: string,
  ): Promise<CheckedPassword> {
    const authentication = await authenticate({
      claimedUser,
      password,
      deviceToken,
      failureEvent: 'reauthentication_failed',
      origin,
    })
    if (authentication === undefined) throw wrongPassword()
    return authentication
  }
}

/** 400 `wrong_password`, not 401: an app would take that for the end of the session. */
export function wrongPassword() {
  return new ApiError('wrong_password', { errors: [{ path: '/current_password', message: 'is wrong' }] })
}
