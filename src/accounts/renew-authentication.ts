import type { Audit, Origin } from '../audit/index.ts'
import { type AuthenticationMethod, cutScopes, invalidToken, type Principal, scopesOf } from '../authorization/index.ts'
import { ApiError, missingFields } from '../errors/index.ts'
import { invalidOtp, isTotpCode, type SecondFactors } from '../factors/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Attempts, PendingAttempt } from '../throttling/index.ts'
import type { IssuedTokens, Sessions, TokenIssuer } from '../tokens/index.ts'
import { lockUserRow } from '../users/index.ts'
import { type Reauthenticate, wrongPassword } from './reauthenticate.ts'

interface Dependencies {
  store: Store
  reauthenticate: Reauthenticate
  secondFactors: SecondFactors
  sessions: Sessions
  tokenIssuer: TokenIssuer
  attempts: Attempts
  audit: Audit
}

/** The password, or the code of a second factor. */
export interface Proof {
  current_password?: string | undefined
  otp?: string | undefined
}

/** A proof that is being checked. */
interface Check {
  user: UserRow
  attempt: PendingAttempt
  method: AuthenticationMethod
  /** Completes the check, in the transaction that records it. */
  accept: (db: Writer, user: UserRow) => Promise<void>
  /** The error if the account has changed in the meantime. */
  changed: () => ApiError
}

/** Lets users who are signed in prove again that it is them (RFC 9470). */
export function createRenewAuthentication({
  store,
  reauthenticate,
  secondFactors,
  sessions,
  tokenIssuer,
  attempts,
  audit,
}: Dependencies) {
  async function checkPassword({ account }: Principal, password: string, origin: Origin): Promise<Check> {
    const claimedUser = { userId: account.id, username: account.username }
    const { user, attempt } = await reauthenticate(claimedUser, password, origin)
    return { user, attempt, method: 'pwd', accept: async () => {}, changed: wrongPassword }
  }

  async function checkCode({ account }: Principal, otp: string, origin: Origin): Promise<Check> {
    const attempt = await attempts.reserve({
      claimedUser: { userId: account.id, username: account.username },
      factor: 'otp',
      failureEvent: 'reauthentication_failed',
      origin,
    })
    const { user, isLocked } = attempt
    if (user === undefined || (isLocked && isTotpCode(otp))) {
      await attempts.reject(attempt, isLocked ? 'locked' : 'no_such_account')
      throw isLocked ? new ApiError('otp_locked') : invalidOtp()
    }
    const accept = async (db: Writer, user: UserRow) => {
      if ((await secondFactors.use(db, user, otp, origin)) === undefined) throw invalidOtp()
    }
    return { user, attempt, method: 'otp', accept, changed: invalidOtp }
  }

  /**
   * Renews the authentication of a session, with a second factor if the account has one, else with the password.
   * @returns another access token of the session
   * @throws {ApiError} 400 `wrong_password`, `invalid_otp`; 401 if the session has ended; 429 `slow_down`; 503
   */
  return async function renewAuthentication(
    principal: Principal,
    { current_password: password, otp }: Proof,
    origin: Origin,
  ): Promise<IssuedTokens> {
    await tokenIssuer.assertCanSign()
    if (principal.hasSecondFactor && otp === undefined) throw missingFields({ otp })
    if (!principal.hasSecondFactor && password === undefined) throw missingFields({ current_password: password })
    const { user, attempt, method, accept, changed } = principal.hasSecondFactor
      ? await checkCode(principal, otp ?? '', origin)
      : await checkPassword(principal, password ?? '', origin)
    try {
      const session = await store.write(async (db) => {
        const lockedRow = await lockUserRow(store, db, user)
        // A password is no longer enough if the first second factor was added in the meantime.
        if (lockedRow === undefined || lockedRow.factors_version !== user.factors_version) return changed()
        await accept(db, lockedRow)
        const renewed = await sessions.addAuthentication(db, principal.session.id, [method])
        // The rollback keeps the code usable.
        if (renewed === undefined) throw invalidToken()
        await attempts.accept(db, attempt)
        await audit.record(db, {
          event: 'reauthenticated',
          userId: user.id,
          origin,
          details: { session_id: renewed.id, factor: attempt.factor },
        })
        return renewed
      })
      if (session instanceof ApiError) throw session
      const { account, hasSecondFactor, needsSecondFactor, scopes } = principal
      // The scopes of the access token were cut, until now.
      const granted = needsSecondFactor ? cutScopes(scopesOf(session.scope), account.scopes) : scopes
      return await tokenIssuer.issueAccessToken({ ...account, hasSecondFactor }, session, granted.join(' '))
    } catch (error) {
      if (error instanceof ApiError && error.code === 'invalid_otp') await attempts.reject(attempt, 'wrong')
      throw error
    } finally {
      attempts.end(attempt)
    }
  }
}
