import type { Audit, Origin } from '../audit/index.ts'
import { type AuthenticationMethod, cutScopes, invalidToken, type Principal, scopesOf } from '../authorization/index.ts'
import { ApiError, type ErrorCode, missingFields } from '../errors/index.ts'
import {
  type AuthenticationResponse,
  invalidOtp,
  invalidPasskey,
  isTotpCode,
  needsUserVerification,
  type Passkeys,
  type SecondFactors,
} from '../factors/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Attempts, PendingAttempt } from '../throttling/index.ts'
import type { IssuedTokens, Sessions, TokenIssuer } from '../tokens/index.ts'
import { lockUserRow } from '../users/index.ts'
import type { CheckPasskey } from './check-passkey.ts'
import { type CheckPassword, wrongPassword } from './check-password.ts'

interface Dependencies {
  store: Store
  checkPassword: CheckPassword
  checkPasskey: CheckPasskey
  secondFactors: SecondFactors
  passkeys: Passkeys
  sessions: Sessions
  tokenIssuer: TokenIssuer
  attempts: Attempts
  audit: Audit
}

/** The password, or a second factor: a code or a passkey. */
export interface Proof {
  current_password?: string | undefined
  otp?: string | undefined
  credential?: AuthenticationResponse | undefined
}

/** A proof that is being checked. */
interface Check {
  user: UserRow
  attempt: PendingAttempt
  methods: AuthenticationMethod[]
  /**
   * Completes the check, in the transaction that records it.
   * @returns the error if the proof is rejected and the transaction has to be committed
   */
  accept: (db: Writer, user: UserRow) => Promise<ApiError | undefined>
  /** The error if the account has changed in the meantime. */
  changed: () => ApiError
}

const rejections: ErrorCode[] = ['invalid_otp', 'invalid_passkey']

/** Lets users who are signed in prove again that it is them (RFC 9470). */
export function createReauthenticate({
  store,
  checkPassword,
  checkPasskey,
  secondFactors,
  passkeys,
  sessions,
  tokenIssuer,
  attempts,
  audit,
}: Dependencies) {
  async function checkWithPassword({ account }: Principal, password: string, origin: Origin): Promise<Check> {
    const claimedUser = { userId: account.id, username: account.username }
    const { user, attempt } = await checkPassword(claimedUser, password, origin)
    return { user, attempt, methods: ['pwd'], accept: async () => undefined, changed: wrongPassword }
  }

  async function checkWithCode({ account }: Principal, otp: string, origin: Origin): Promise<Check> {
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
      return undefined
    }
    return { user, attempt, methods: ['otp'], accept, changed: invalidOtp }
  }

  async function checkWithPasskey(
    { account: { id }, session }: Principal,
    credential: AuthenticationResponse,
    origin: Origin,
  ): Promise<Check> {
    const { user, attempt, passkey } = await checkPasskey(credential, {
      userId: id,
      purpose: { kind: 'reauthentication', userId: id },
      needsUserVerification: needsUserVerification(session),
      failureEvent: 'reauthentication_failed',
      origin,
    })
    const accept = (db: Writer) => passkeys.use(db, passkey, origin)
    return { user, attempt, methods: passkey.methods, accept, changed: invalidPasskey }
  }

  function check(
    principal: Principal,
    { current_password: password, otp, credential }: Proof,
    origin: Origin,
  ): Promise<Check> {
    if (!principal.hasSecondFactor) {
      if (password === undefined) throw missingFields({ current_password: password })
      return checkWithPassword(principal, password, origin)
    }
    if (credential !== undefined) return checkWithPasskey(principal, credential, origin)
    if (otp === undefined) throw missingFields({ otp })
    return checkWithCode(principal, otp, origin)
  }

  /**
   * Renews the authentication of a session, with a second factor if the account has one, else with the password.
   * @returns another access token of the session
   * @throws {ApiError} 400 `wrong_password`, `invalid_otp`, `unreadable_factors`, `invalid_passkey`; 401 if the session
   * has ended; 429 `slow_down`; 503
   */
  return async function reauthenticate(principal: Principal, proof: Proof, origin: Origin): Promise<IssuedTokens> {
    await tokenIssuer.assertCanSign()
    const { user, attempt, methods, accept, changed } = await check(principal, proof, origin)
    try {
      const session = await store.write(async (db) => {
        const lockedRow = await lockUserRow(store, db, user)
        // A password is no longer enough if the first second factor was added in the meantime.
        if (lockedRow === undefined || lockedRow.factors_version !== user.factors_version) return changed()
        const rejected = await accept(db, lockedRow)
        if (rejected !== undefined) return rejected
        const renewed = await sessions.addAuthentication(db, principal.session.id, methods)
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
      if (error instanceof ApiError && rejections.includes(error.code)) {
        await attempts.reject(attempt, 'wrong')
      }
      if (error instanceof ApiError && error.code === 'unreadable_factors') await attempts.release(attempt)
      throw error
    } finally {
      attempts.end(attempt)
    }
  }
}
