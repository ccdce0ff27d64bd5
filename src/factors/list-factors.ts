import type { Store } from '../store/index.ts'
import type { Passkey, Passkeys } from './passkeys.ts'
import type { RecoveryCodeCount, RecoveryCodes } from './recovery-codes.ts'
import type { TotpDevice, TotpDevices } from './totp-devices.ts'

interface Dependencies {
  store: Store
  totpDevices: TotpDevices
  passkeys: Passkeys
  recoveryCodes: RecoveryCodes
}

/** The confirmed factors of a user, without secrets. */
export interface ListedFactors {
  totp: TotpDevice[]
  passkeys: Passkey[]
  recoveryCodes: RecoveryCodeCount | undefined
}

export type ListFactors = ReturnType<typeof createListFactors>

/** Lists the confirmed factors of users, oldest first. */
export function createListFactors({ store, totpDevices, passkeys, recoveryCodes }: Dependencies) {
  return function listFactors(userId: string): Promise<ListedFactors> {
    return store.read(async (db) => ({
      totp: await totpDevices.list(db, userId),
      passkeys: await passkeys.list(db, userId),
      recoveryCodes: await recoveryCodes.count(db, userId),
    }))
  }
}
