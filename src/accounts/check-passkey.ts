import type { Audit, Origin } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import {
  type AuthenticationResponse,
  type ChallengePurpose,
  type Passkeys,
  unknownPasskey,
  type VerifiedPasskey,
  type Webauthn,
} from '../factors/index.ts'
import type { PasskeyRow, Store, UserRow } from '../store/index.ts'
import type { Attempts, PendingAttempt } from '../throttling/index.ts'

interface Dependencies {
  store: Store
  passkeys: Passkeys
  webauthn: Webauthn
  attempts: Attempts
  audit: Audit
}

/** The checks that a passkey must pass, and the request that presents it. */
interface PasskeyRequest {
  purpose: ChallengePurpose
  /** Whether the passkey must have verified the user, because it is the only factor. */
  needsUserVerification: boolean
  /** The user who must own the passkey; undefined at a sign-in with a passkey alone. */
  userId?: string
  failureEvent: 'sign_in_failed' | 'reauthentication_failed'
  /** The session, at a reauthentication. */
  sessionId?: string
  deviceToken?: string | undefined
  origin: Origin
}

/** A valid passkey, which has not been used up yet. */
export interface CheckedPasskey {
  user: UserRow
  passkey: VerifiedPasskey
  /** Counts as a failure until it is accepted or released. */
  attempt: PendingAttempt
}

export type CheckPasskey = ReturnType<typeof createCheckPasskey>

/** Checks passkeys. It needs no room in the hash queue. */
export function createCheckPasskey({ store, passkeys, webauthn, attempts, audit }: Dependencies) {
  /**
   * Finds the passkey, and checks what costs no more to check than to count. Such failures are not counted, because
   * strangers can cause any number of them.
   */
  async function find(
    credential: AuthenticationResponse,
    { userId, purpose, failureEvent, origin }: PasskeyRequest,
  ): Promise<PasskeyRow> {
    try {
      const row = await store.read((db) => passkeys.find(db, credential.id))
      if (row === undefined || (userId !== undefined && row.user_id !== userId)) throw unknownPasskey()
      await webauthn.checkClientData(credential, purpose)
      return row
    } catch (error) {
      if (error instanceof ApiError && error.code === 'invalid_passkey') {
        const details = { factor: 'passkey', reason: 'wrong' }
        await audit.reportRateLimited({ event: failureEvent, outcome: 'failure', userId, origin, details })
      }
      throw error
    }
  }

  /** @throws {ApiError} 400 `invalid_passkey`; 409 `passkeys_unavailable`; 429 `slow_down`; 503 */
  return async function checkPasskey(
    credential: AuthenticationResponse,
    request: PasskeyRequest,
  ): Promise<CheckedPasskey> {
    if (!webauthn.isAvailable) throw new ApiError('passkeys_unavailable')
    const row = await find(credential, request)
    const { purpose, needsUserVerification, userId: _owner, ...counted } = request
    const attempt = await attempts.reserve({ ...counted, claimedUser: { userId: row.user_id }, factor: 'passkey' })
    const { user } = attempt
    try {
      if (user === undefined || user.disabled === 1) throw unknownPasskey()
      return { user, attempt, passkey: await webauthn.verifyUse(row, credential, { purpose, needsUserVerification }) }
    } catch (error) {
      if (error instanceof ApiError && error.code === 'invalid_passkey') {
        await attempts.reject(attempt, user?.disabled === 1 ? 'disabled' : 'wrong')
      } else {
        await attempts.release(attempt)
      }
      throw error
    }
  }
}
