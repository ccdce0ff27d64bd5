import type { Audit, Origin } from '../audit/index.ts'
import { grantScopes, ownScope, scopesOf } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { Store, UserRow } from '../store/index.ts'
import type { Attempts } from '../throttling/index.ts'
import type { DeviceTokens, IssuedTokens, TokenIssuer } from '../tokens/index.ts'
import { toAccount } from '../users/index.ts'
import type { Authenticate, Authentication } from './authenticate.ts'
import type { StartSession } from './start-session.ts'

interface Dependencies {
  store: Store
  authenticate: Authenticate
  startSession: StartSession
  attempts: Attempts
  deviceTokens: DeviceTokens
  tokenIssuer: TokenIssuer
  audit: Audit
  requireVerifiedEmail: boolean
}

/** What the user typed, and what their app sends along. */
export interface Credentials {
  /** A username or a verified e-mail address. */
  username: string
  password: string
  /** The device token from an earlier sign-in on the same device. */
  deviceToken?: string | undefined
}

/** The resource owner password credentials grant (RFC 6749 4.3). */
export function createSignIn({
  store,
  authenticate,
  startSession,
  attempts,
  deviceTokens,
  tokenIssuer,
  audit,
  requireVerifiedEmail,
}: Dependencies) {
  function grantedScope(user: UserRow, requested: string): string {
    if (requireVerifiedEmail && user.email_verified === 0) throw new ApiError('email_not_verified')
    return grantScopes([ownScope, ...scopesOf(user.scopes)], scopesOf(requested)).join(' ')
  }

  /** Ends an attempt whose password was right. It does not count as a failure if a later step fails. */
  async function settleAttempt({ user, attempt }: Authentication, error: unknown, origin: Origin) {
    if (!(error instanceof ApiError)) return
    if (error.statusCode === 503) await attempts.release(attempt).catch(() => {})
    // The user was deleted, was disabled or got a new password in the meantime: this counts as a failure.
    if (error.statusCode === 401) await attempts.reject(attempt, 'changed_meanwhile')
    if (error.statusCode !== 400) return
    await store.write(async (db) => {
      await attempts.accept(db, attempt)
      await audit.record(db, {
        event: 'sign_in_failed',
        outcome: 'failure',
        userId: user.id,
        origin,
        details: { factor: attempt.factor, reason: error.code },
      })
    })
  }

  /**
   * Starts a session.
   * @param scope the requested scopes, separated by spaces
   * @throws {ApiError} 401 `invalid_grant`, the same for an unknown user, a wrong password, and a disabled or locked
   * account; 400 `email_not_verified`; 400 `invalid_scope`; 429 `slow_down`; 503
   */
  return async function signIn(
    { username, password, deviceToken }: Credentials,
    scope: string,
    origin: Origin,
  ): Promise<IssuedTokens> {
    await tokenIssuer.assertCanSign()
    const authentication = await authenticate({
      claimedUser: { username },
      password,
      deviceToken,
      failureEvent: 'sign_in_failed',
      origin,
    })
    if (authentication === undefined) throw incorrectCredentials()

    const { user, attempt } = authentication
    try {
      const granted = grantedScope(user, scope)
      const device = attempt.location.device ?? deviceTokens.create()
      const requested = { scope: granted, deviceId: device.id }
      const session = await store.write((db) => startSession(db, authentication, requested, origin))
      if (session === undefined) throw incorrectCredentials()
      const tokens = await tokenIssuer.issue(toAccount(user), session, granted)
      return { ...tokens, deviceToken: deviceTokens.issue(user, device) }
    } catch (error) {
      await settleAttempt(authentication, error, origin)
      throw error
    } finally {
      attempts.end(attempt)
    }
  }
}

function incorrectCredentials() {
  return new ApiError('invalid_grant', {
    status: 401,
    detail: 'Incorrect username or password',
    headers: { 'www-authenticate': 'Bearer' },
  })
}
