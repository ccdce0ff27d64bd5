import type { Audit } from '../audit/audit.ts'
import { accountDeleted } from '../mail/templates.ts'
import type { Origin } from '../origin.ts'
import type { Store } from '../store/store.ts'
import { lockUser } from '../store/users.ts'
import type { Account } from '../tokens/principal.ts'
import type { Attempts } from './attempts.ts'
import type { Correspondence } from './correspondence.ts'
import { wrongPassword, type Credentials } from './credentials.ts'
import { retiredNameOf } from './usernames.ts'

interface Dependencies {
  store: Store
  credentials: Credentials
  correspondence: Correspondence
  attempts: Attempts
  audit: Audit
  /** Milliseconds since the epoch. */
  now: () => number
}

export type AccountDeletion = ReturnType<typeof createAccountDeletion>

/** Lets somebody who is signed in leave. */
export function createAccountDeletion ({ store, credentials, correspondence, attempts, audit, now }: Dependencies) {
  return {
    /**
     * Removes the account and all that is held about its user. Nobody gets the username again.
     * @throws {Refusal} 400 `wrong_password`; 429 `slow_down`
     */
    async remove (account: Account, password: string, origin: Origin): Promise<void> {
      const { user, accept } = await credentials.demand({ name: account.username, password }, await credentials.findById(account.id), 'password', origin)
      const isGone = await store.write(async (db) => {
        const locked = await lockUser(store, db, user)
        if (locked === undefined) return false
        await accept(db)
        await attempts.unlock(db, locked.id)
        const time = now()
        // What they are yet to be told is sent; and mails count for a day, or whoever deletes accounts could flood a mailbox.
        await correspondence.voidProofs(db, locked.id)
        await correspondence.tell(db, locked, 'account deleted', (about) => accountDeleted({ ...about, at: time }))
        // Sessions and codes go with it.
        await db.deleteFrom('users').where('id', '=', locked.id).execute()
        await db.insertInto('retired_usernames').values({ name_hash: retiredNameOf(locked.username_fold), retired_at: time }).execute()
        await audit.record(db, { event: 'account_deleted', userId: locked.id, origin })
        return true
      })
      if (!isGone) throw wrongPassword('password')
    },
  }
}
