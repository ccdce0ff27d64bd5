import { type AuthenticationMethod, combineMethods } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import {
  invalidMfaToken,
  invalidOtp,
  invalidPasskey,
  type MfaToken,
  type Passkeys,
  type SecondFactor,
  type SecondFactors,
} from '../factors/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Attempts, PendingAttempt } from '../throttling/index.ts'
import { lockUserRow } from '../users/index.ts'
import type { CheckedPassword } from './authenticate.ts'
import type { CheckedPasskey } from './check-passkey.ts'
import type { MfaChallenge } from './mfa-challenge.ts'

/**
 * What a user presents to prove their identity. Passwords and passkeys have been checked. Codes are checked in the
 * transaction of what they allow, where passkeys are used up as well.
 */
export interface Proof {
  user: UserRow
  /** Counts as a failure until it is accepted or released. */
  attempt: PendingAttempt
  /**
   * Locks the user's row, completes the check and uses the proof up, in the transaction of what it allows.
   * @returns a rejection if the proof is wrong; the transaction has to be committed then, to record that
   * @throws {ApiError} 400 `unreadable_factors`, `invalid_mfa_token`; 429 `slow_down`
   */
  accept: (db: Writer) => Promise<ProofOutcome>
}

/** A correct proof. */
export interface AcceptedProof {
  /** The row of the user, which the transaction has locked. */
  user: UserRow
  /** The attempts to use the factors. */
  attempts: [PendingAttempt, ...PendingAttempt[]]
  /** What was used after the password, if the account has a second factor. */
  secondFactor: SecondFactor | undefined
  methods: AuthenticationMethod[]
}

/** A wrong proof, or that of an account that changed in the meantime. */
export interface RejectedProof {
  rejected: PendingAttempt
  reason: 'wrong' | 'locked' | 'changed_meanwhile'
  error: ApiError
}

type ProofOutcome = AcceptedProof | RejectedProof

/** A user, and the attempt to prove that it is them. */
type Claim = Pick<Proof, 'user' | 'attempt'>

interface Dependencies {
  store: Store
  secondFactors: SecondFactors
  passkeys: Passkeys
  mfaChallenge: MfaChallenge
  attempts: Attempts
}

export type Proofs = ReturnType<typeof createProofs>

/**
 * The proofs of sign-ins and reauthentications. A code or passkey with a token follows the password of an earlier
 * request.
 */
export function createProofs({ store, secondFactors, passkeys, mfaChallenge, attempts }: Dependencies) {
  /**
   * @param use completes the check with the locked row of the user
   * @param changed the error if the account has changed in the meantime
   */
  function createProof(
    { user, attempt }: Claim,
    use: (db: Writer, user: UserRow) => Promise<ProofOutcome>,
    changed: () => ApiError,
  ): Proof {
    async function accept(db: Writer) {
      const lockedRow = await lockUserRow(store, db, user)
      // A password is no longer enough if the first second factor was added in the meantime.
      if (lockedRow === undefined || lockedRow.factors_version !== user.factors_version) {
        return { rejected: attempt, reason: 'changed_meanwhile', error: changed() } as const
      }
      return use(db, lockedRow)
    }
    return { user, attempt, accept }
  }

  async function useCode(
    db: Writer,
    user: UserRow,
    attempt: PendingAttempt,
    code: { otp: string; mfaToken: MfaToken | undefined },
  ): Promise<ProofOutcome> {
    const { isLocked, origin } = attempt
    const secondFactor = isLocked
      ? await secondFactors.useLocked(db, user, code, origin)
      : await secondFactors.use(db, user, code.otp, origin)
    if (secondFactor !== undefined) return { user, attempts: [attempt], secondFactor, methods: ['otp'] }
    return isLocked
      ? { rejected: attempt, reason: 'locked', error: new ApiError('otp_locked') }
      : { rejected: attempt, reason: 'wrong', error: invalidOtp() }
  }

  /** Lets a second factor follow the password of an earlier request, whose token is used up, if there was one. */
  function afterPassword(proof: Proof, mfaToken: MfaToken | undefined): Proof {
    if (mfaToken === undefined) return proof
    const accept = async (db: Writer) => {
      const outcome = await proof.accept(db)
      if ('rejected' in outcome) {
        if (outcome.reason === 'changed_meanwhile') throw invalidMfaToken()
        return outcome
      }
      await mfaChallenge.useToken(db, mfaToken)
      return { ...outcome, methods: combineMethods(['pwd'], outcome.methods) }
    }
    return { ...proof, accept }
  }

  return {
    /** @param changed the error if the account has changed in the meantime */
    ofPassword(claim: CheckedPassword, changed: () => ApiError): Proof {
      async function use(_db: Writer, user: UserRow): Promise<ProofOutcome> {
        return { user, attempts: [claim.attempt], secondFactor: undefined, methods: ['pwd'] }
      }
      return createProof(claim, use, changed)
    },

    /** A password and a code in one request. */
    ofPasswordAndCode({ user, attempt }: CheckedPassword, otp: string, changed: () => ApiError): Proof {
      async function use(db: Writer, user: UserRow): Promise<ProofOutcome> {
        const second = await attempts.reserveSecond(db, { ...attempt, user })
        const outcome = await useCode(db, user, second, { otp, mfaToken: undefined })
        if ('rejected' in outcome) return outcome
        return { ...outcome, attempts: [attempt, second], methods: combineMethods(['pwd'], outcome.methods) }
      }
      return createProof({ user, attempt }, use, changed)
    },

    /** A code of an authenticator app or a recovery code. */
    ofCode(claim: Claim, otp: string, mfaToken?: MfaToken): Proof {
      const use = (db: Writer, user: UserRow) => useCode(db, user, claim.attempt, { otp, mfaToken })
      return afterPassword(createProof(claim, use, invalidOtp), mfaToken)
    },

    ofPasskey({ user, attempt, passkey }: CheckedPasskey, mfaToken?: MfaToken): Proof {
      async function use(db: Writer, user: UserRow): Promise<ProofOutcome> {
        const error = await passkeys.use(db, passkey, attempt.origin)
        if (error !== undefined) return { rejected: attempt, reason: 'wrong', error }
        const secondFactor = mfaToken === undefined ? undefined : 'passkey'
        return { user, attempts: [attempt], secondFactor, methods: combineMethods([], passkey.methods) }
      }
      return afterPassword(createProof({ user, attempt }, use, invalidPasskey), mfaToken)
    },

    /** Takes the attempt back if its proof was not wrong. It stays counted if the database is unavailable. */
    async release({ attempt }: Proof): Promise<void> {
      try {
        await attempts.release(attempt)
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
      }
    },
  }
}
