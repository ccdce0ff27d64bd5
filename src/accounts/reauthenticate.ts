import type { Audit, Origin } from '../audit/index.ts'
import { cutScopes, invalidToken, type Principal, scopesOf } from '../authorization/index.ts'
import { ApiError, missingFields } from '../errors/index.ts'
import { invalidOtp, needsUserVerification } from '../factors/index.ts'
import type { Store } from '../store/index.ts'
import type { Attempts } from '../throttling/index.ts'
import type { IssuedTokens, Sessions, TokenIssuer } from '../tokens/index.ts'
import type { CheckPasskey } from './check-passkey.ts'
import { type CheckPassword, wrongPassword } from './check-password.ts'
import { type FactorFields, oneFactorOf } from './presented-factor.ts'
import type { Proof, Proofs } from './proofs.ts'

interface Dependencies {
  store: Store
  proofs: Proofs
  checkPassword: CheckPassword
  checkPasskey: CheckPasskey
  sessions: Sessions
  tokenIssuer: TokenIssuer
  attempts: Attempts
  audit: Audit
}

/** A second factor, or the password if the account has none. */
export interface PresentedProof extends FactorFields {
  current_password?: string | undefined
  /** The device token of the latest sign-in, which makes attempts count as those of a known device. */
  device_token?: string | undefined
}

const lockedDetail =
  'Too many wrong codes were entered for this account. Enter a recovery code, use a passkey, send the device_token ' +
  'of this device, or sign in again.'

/** Lets users who are signed in prove again that it is them (RFC 9470). */
export function createReauthenticate({
  store,
  proofs,
  checkPassword,
  checkPasskey,
  sessions,
  tokenIssuer,
  attempts,
  audit,
}: Dependencies) {
  async function checkCode(
    { account }: Principal,
    { otp, deviceToken }: { otp: string; deviceToken: string | undefined },
    origin: Origin,
  ): Promise<Proof> {
    const attempt = await attempts.reserve({
      claimedUser: { userId: account.id, username: account.username },
      factor: 'otp',
      failureEvent: 'reauthentication_failed',
      deviceToken,
      origin,
    })
    const { user } = attempt
    if (user === undefined) {
      await attempts.reject(attempt, 'no_such_account')
      throw invalidOtp()
    }
    return proofs.ofCode({ user, attempt }, otp)
  }

  async function check(
    principal: Principal,
    { current_password: password, device_token: deviceToken, ...presented }: PresentedProof,
    origin: Origin,
  ): Promise<Proof> {
    const { account, session, hasSecondFactor } = principal
    if (!hasSecondFactor) {
      if (password === undefined) throw missingFields({ current_password: password })
      const claimedUser = { userId: account.id, username: account.username }
      return proofs.ofPassword(await checkPassword(claimedUser, password, origin, deviceToken), wrongPassword)
    }
    const factor = oneFactorOf(presented)
    if ('otp' in factor) return checkCode(principal, { otp: factor.otp, deviceToken }, origin)
    const checked = await checkPasskey(factor.credential, {
      userId: account.id,
      purpose: { kind: 'reauthentication', userId: account.id },
      needsUserVerification: needsUserVerification(session),
      failureEvent: 'reauthentication_failed',
      sessionId: session.id,
      deviceToken,
      origin,
    })
    return proofs.ofPasskey(checked)
  }

  /** Accepts the proof and adds it to the session. */
  function renew({ accept }: Proof, { session }: Principal, origin: Origin) {
    return store.complete(async (db) => {
      const outcome = await accept(db)
      if ('rejected' in outcome) return outcome
      const { user, attempts: made, methods } = outcome
      const renewed = await sessions.addAuthentication(db, session.id, methods)
      // The rollback keeps the code usable.
      if (renewed === undefined) throw invalidToken()
      await attempts.accept(db, ...made)
      const details = { session_id: renewed.id, factor: made[0].factor }
      await audit.record(db, { event: 'reauthenticated', userId: user.id, origin, details })
      return renewed
    })
  }

  /** Settles the attempt of a request that failed although the proof was not wrong. @throws the error */
  async function fail(proof: Proof, error: unknown): Promise<never> {
    if (error instanceof ApiError) await proofs.release(proof)
    throw error
  }

  /**
   * Renews the authentication of a session, with a second factor if the account has one, else with the password.
   * @returns another access token of the session
   * @throws {ApiError} 400 `invalid_request`, `wrong_password`, `invalid_otp`, `otp_locked`, `unreadable_factors`,
   * `invalid_passkey`; 401 if the session has ended; 409 `passkeys_unavailable`; 429 `slow_down`; 503
   */
  return async function reauthenticate(
    principal: Principal,
    presented: PresentedProof,
    origin: Origin,
  ): Promise<IssuedTokens> {
    await tokenIssuer.assertCanSign()
    const proof = await check(principal, presented, origin)
    try {
      const session = await renew(proof, principal, origin).catch((error: unknown) => fail(proof, error))
      if ('rejected' in session) {
        await attempts.reject(session.rejected, session.reason)
        // Three codes in a row, which the usual message asks for, are counted by a sign-in only.
        throw session.reason === 'locked' ? new ApiError('otp_locked', { detail: lockedDetail }) : session.error
      }
      const { account, hasSecondFactor, needsSecondFactor, scopes } = principal
      // The scopes of the access token were cut, until now.
      const granted = needsSecondFactor ? cutScopes(scopesOf(session.scope), account.scopes) : scopes
      return await tokenIssuer.issueAccessToken({ ...account, hasSecondFactor }, session, granted.join(' '))
    } finally {
      attempts.end(proof.attempt)
    }
  }
}
