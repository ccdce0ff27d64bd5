import type { Audit, Origin } from '../audit/index.ts'
import type { UserRow, Writer } from '../store/index.ts'
import type { Sessions } from '../tokens/index.ts'
import type { FactorChanges } from './factor-changes.ts'
import type { Passkeys } from './passkeys.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import type { TotpDevices } from './totp-devices.ts'

interface Dependencies {
  audit: Audit
  sessions: Sessions
  totpDevices: TotpDevices
  passkeys: Passkeys
  recoveryCodes: RecoveryCodes
  factorChanges: FactorChanges
}

export type ResetFactors = ReturnType<typeof createResetFactors>

/** Removes the second factors of users who have lost them, and those that a stranger may have added. */
export function createResetFactors({
  audit,
  sessions,
  totpDevices,
  passkeys,
  recoveryCodes,
  factorChanges: { saveChange },
}: Dependencies) {
  /**
   * Removes all second factors and recovery codes of a user, and ends all sessions, which may have started with them.
   * The transaction must have locked the user's row. The caller notifies the user.
   * @returns whether there were any factors
   */
  return async function resetFactors(db: Writer, user: UserRow, origin: Origin): Promise<boolean> {
    const removed = (await totpDevices.removeAll(db, user.id)) + (await passkeys.removeAll(db, user.id))
    await recoveryCodes.remove(db, user.id)
    if (removed === 0) return false
    await saveChange(db, user)
    await sessions.endAll(db, user.id)
    await audit.record(db, { event: 'second_factors_reset', userId: user.id, origin, details: { factors: removed } })
    return true
  }
}
