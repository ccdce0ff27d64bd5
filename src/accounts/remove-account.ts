import type { Audit, Origin } from '../audit/index.ts'
import { accountDeleted, type ChangedBy } from '../mail/index.ts'
import type { Correspondence } from '../one-time-tokens/index.ts'
import type { UserRow, Writer } from '../store/index.ts'
import type { Attempts } from '../throttling/index.ts'
import { demandAdministrator, retiredNameOf } from '../users/index.ts'

interface Dependencies {
  correspondence: Correspondence
  attempts: Attempts
  audit: Audit
  /** Milliseconds since the epoch. */
  now: () => number
}

export type AccountRemoval = ReturnType<typeof createAccountRemoval>

/** What happens whenever an account goes, whoever wants it. */
export function createAccountRemoval({ correspondence, attempts, audit, now }: Dependencies) {
  return {
    /**
     * In the turn of whoever changes rights, within a transaction that holds the row of the user:
     * removes all that is held about them but the audit log. Nobody gets the username again. The owner is told.
     * @throws {ApiError} 409 `last_administrator`
     */
    async remove(db: Writer, user: UserRow, by: ChangedBy, origin: Origin): Promise<void> {
      await demandAdministrator(db, user)
      const time = now()
      await attempts.unlock(db, user.id)
      // What they are yet to be told is sent; and mails count for a day, or whoever deletes accounts could flood a mailbox.
      await correspondence.voidProofs(db, user.id)
      await correspondence.notify(db, user, 'account_deleted', (about) => accountDeleted({ ...about, by, at: time }))
      // Sessions and codes go with it.
      await db.deleteFrom('users').where('id', '=', user.id).execute()
      await db
        .insertInto('retired_usernames')
        .values({ name_hash: retiredNameOf(user.username_fold), retired_at: time })
        .execute()
      await audit.record(db, { event: 'account_deleted', userId: user.id, origin })
    },
  }
}
