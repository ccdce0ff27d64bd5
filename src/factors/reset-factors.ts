import type { Audit, Origin } from '../audit/index.ts'
import type { AccountMail } from '../one-time-tokens/index.ts'
import type { UserRow, Writer } from '../store/index.ts'
import type { FactorChanges } from './factor-changes.ts'
import type { Passkeys } from './passkeys.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import type { TotpDevices } from './totp-devices.ts'

interface Dependencies {
  audit: Audit
  accountMail: AccountMail
  totpDevices: TotpDevices
  passkeys: Passkeys
  recoveryCodes: RecoveryCodes
  factorChanges: FactorChanges
}

export type ResetFactors = ReturnType<typeof createResetFactors>

/** Removes the second factors of users who have lost them, for an administrator. */
export function createResetFactors({
  audit,
  accountMail,
  totpDevices,
  passkeys,
  recoveryCodes,
  factorChanges: { saveChange },
}: Dependencies) {
  /**
   * Removes all second factors and recovery codes of a user, and notifies them. The transaction must have locked the
   * user's row.
   */
  return async function resetFactors(db: Writer, user: UserRow, origin: Origin): Promise<void> {
    const removed = (await totpDevices.removeAll(db, user.id)) + (await passkeys.removeAll(db, user.id))
    await recoveryCodes.remove(db, user.id)
    if (removed === 0) return
    await saveChange(db, user)
    await audit.record(db, { event: 'second_factors_reset', userId: user.id, origin, details: { factors: removed } })
    await accountMail.notify(db, user, 'factors_reset', {})
  }
}
