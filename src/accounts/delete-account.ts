import type { Origin } from '../audit/index.ts'
import { type Account, awaitTurn } from '../authorization/index.ts'
import type { Store } from '../store/index.ts'
import type { Attempts } from '../throttling/index.ts'
import { lockUserRow } from '../users/index.ts'
import { type CheckPassword, wrongPassword } from './check-password.ts'
import type { EraseAccount } from './erase-account.ts'

interface Dependencies {
  store: Store
  checkPassword: CheckPassword
  attempts: Attempts
  eraseAccount: EraseAccount
}

/** Lets users delete their account. */
export function createDeleteAccount({ store, checkPassword, attempts, eraseAccount }: Dependencies) {
  /** @throws {ApiError} 400 `wrong_password`; 409 `last_administrator`; 429 `slow_down` */
  return async function deleteAccount({ id, username }: Account, password: string, origin: Origin): Promise<void> {
    const { user, attempt } = await checkPassword({ userId: id, username }, password, origin)
    const erase = store.write(async (db) => {
      await awaitTurn(store, db)
      const lockedRow = await lockUserRow(store, db, user)
      if (lockedRow === undefined) return false
      await attempts.accept(db, attempt)
      await eraseAccount(db, lockedRow, 'owner', origin)
      return true
    })
    const isDeleted = await erase.finally(() => attempts.end(attempt))
    if (!isDeleted) throw wrongPassword()
  }
}
