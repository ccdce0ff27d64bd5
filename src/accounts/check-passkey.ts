import type { Origin } from '../audit/index.ts'
import { ApiError } from '../errors/index.ts'
import {
  type AuthenticationResponse,
  type ChallengePurpose,
  type Passkeys,
  unknownPasskey,
  type VerifiedPasskey,
  type Webauthn,
} from '../factors/index.ts'
import type { Store, UserRow } from '../store/index.ts'
import type { Attempts, PendingAttempt } from '../throttling/index.ts'

interface Dependencies {
  store: Store
  passkeys: Passkeys
  webauthn: Webauthn
  attempts: Attempts
}

/** The checks that a passkey must pass, and the request that presents it. */
interface PasskeyRequest {
  purpose: ChallengePurpose
  /** Whether the passkey must have verified the user, because it is the only factor. */
  needsUserVerification: boolean
  /** The user who must own the passkey; undefined at a sign-in with a passkey alone. */
  userId?: string
  failureEvent: 'sign_in_failed' | 'reauthentication_failed'
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
export function createCheckPasskey({ store, passkeys, webauthn, attempts }: Dependencies) {
  /** @throws {ApiError} 400 `invalid_passkey`; 409 `passkeys_unavailable`; 429 `slow_down`; 503 */
  return async function checkPasskey(
    credential: AuthenticationResponse,
    { userId, purpose, needsUserVerification, ...request }: PasskeyRequest,
  ): Promise<CheckedPasskey> {
    if (!webauthn.isAvailable) throw new ApiError('passkeys_unavailable')
    const row = await store.read((db) => passkeys.find(db, credential.id))
    const claimedUser = { userId: userId ?? row?.user_id ?? '' }
    const attempt = await attempts.reserve({ ...request, claimedUser, factor: 'passkey' })
    const { user } = attempt
    try {
      if (row === undefined || user === undefined || user.disabled === 1 || user.id !== row.user_id) {
        throw unknownPasskey()
      }
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
