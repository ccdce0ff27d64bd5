import type { Audit, Origin } from '../audit/index.ts'
import type { Principal } from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { AccountMail } from '../one-time-tokens/index.ts'
import type { Store } from '../store/index.ts'
import type { FactorChanges } from './factor-changes.ts'
import type { RecoveryCodes } from './recovery-codes.ts'

interface Dependencies {
  store: Store
  audit: Audit
  accountMail: AccountMail
  recoveryCodes: RecoveryCodes
  factorChanges: FactorChanges
}

/** Lets users replace the recovery codes of their own account. */
export function createReplaceRecoveryCodes({
  store,
  audit,
  accountMail,
  recoveryCodes,
  factorChanges: { lockOwner, countAddition, saveChange },
}: Dependencies) {
  /**
   * Creates recovery codes, which replace the previous ones.
   * @throws {ApiError} 401 if the session has ended; 409 `no_second_factor`; 429 `slow_down`
   */
  return function replaceRecoveryCodes(principal: Principal, origin: Origin): Promise<string[]> {
    return store.write(async (db) => {
      const user = await lockOwner(db, principal)
      if (user.second_factors === 0) throw new ApiError('no_second_factor')
      await countAddition(db, user)
      const codes = await recoveryCodes.replace(db, user.id)
      await saveChange(db, user)
      await audit.record(db, { event: 'recovery_codes_replaced', userId: user.id, origin })
      await accountMail.notify(db, user, 'recovery_codes_replaced', { resetUrl: accountMail.resetUrl })
      return codes
    })
  }
}
