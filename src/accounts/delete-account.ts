import type { Origin } from '../audit/index.ts'
import { type Account, awaitTurn } from '../authorization/index.ts'
import type { Store } from '../store/index.ts'
import { type Credentials, wrongPassword } from '../throttling/index.ts'
import { lockUser } from '../users/index.ts'
import type { AccountRemoval } from './remove-account.ts'

interface Dependencies {
  store: Store
  credentials: Credentials
  removal: AccountRemoval
}

export type AccountDeletion = ReturnType<typeof createAccountDeletion>

/** Lets somebody who is signed in leave. */
export function createAccountDeletion({ store, credentials, removal }: Dependencies) {
  return {
    /** @throws {ApiError} 400 `wrong_password`; 409 `last_administrator`; 429 `slow_down` */
    async remove(account: Account, password: string, origin: Origin): Promise<void> {
      const { user, accept } = await credentials.demand(
        { name: account.username, password },
        await credentials.findById(account.id),
        'password',
        origin,
      )
      const isGone = await store.write(async (db) => {
        await awaitTurn(store, db)
        const locked = await lockUser(store, db, user)
        if (locked === undefined) return false
        await accept(db)
        await removal.remove(db, locked, 'owner', origin)
        return true
      })
      if (!isGone) throw wrongPassword('password')
    },
  }
}
