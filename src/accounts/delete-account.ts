import type { Origin } from '../audit/index.ts'
import { awaitTurn, invalidToken, isSessionActive, type Principal } from '../authorization/index.ts'
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
  /** @throws {ApiError} 400 `wrong_password`; 401 if the session has ended; 409 `last_administrator`; 429 */
  return async function deleteAccount(principal: Principal, password: string, origin: Origin): Promise<void> {
    const { id, username } = principal.account
    const { user, attempt } = await checkPassword({ userId: id, username }, password, origin)
    const erase = store.complete(async (db) => {
      await awaitTurn(store, db)
      const lockedRow = await lockUserRow(store, db, user)
      if (lockedRow === undefined) return wrongPassword()
      await attempts.accept(db, attempt)
      if (!(await isSessionActive(db, principal))) return invalidToken()
      await eraseAccount(db, lockedRow, 'owner', origin)
      return undefined
    })
    const error = await erase.finally(() => attempts.end(attempt))
    if (error !== undefined) throw error
  }
}
