import type { Audit, Origin } from '../audit/index.ts'
import { type Account, invalidToken } from '../authorization/index.ts'
import { invalidField, missingFields } from '../errors/index.ts'
import { emailChanged } from '../mail/index.ts'
import type { Correspondence, MailRequests } from '../one-time-tokens/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import { type Credentials, wrongPassword } from '../throttling/index.ts'
import { acceptEmail, claimOf, emailColumns, isSameMailbox, lockUser, nameColumns, toAccount } from '../users/index.ts'

interface Dependencies {
  store: Store
  credentials: Credentials
  mailRequests: MailRequests
  correspondence: Correspondence
  audit: Audit
  requireVerifiedEmail: boolean
  /** Milliseconds since the epoch. */
  now: () => number
}

/** What somebody changes of their account; what is left out stays. */
export interface AccountChange {
  /** A display name; null for none. */
  name?: string | null | undefined
  /** Null for none. */
  email?: string | null | undefined
  /** Needed for another e-mail. */
  current_password?: string | undefined
}

export type AccountChanging = ReturnType<typeof createAccountChanging>

/** What somebody who is signed in changes of their own account. */
export function createAccountChanging({
  store,
  credentials,
  mailRequests,
  correspondence,
  audit,
  requireVerifiedEmail,
  now,
}: Dependencies) {
  /**
   * A verified address stays in use until the new one is verified; a claim is replaced at once, and a
   * reset that was mailed there is void.
   */
  async function changeEmail(
    db: Writer,
    user: UserRow,
    email: string | null,
    origin: Origin,
  ): Promise<Partial<UserRow>> {
    const { id, username } = user
    if (email !== null) await mailRequests.add(db, 'verify_email', username, origin)
    // Whoever says it again has the mail sent again.
    if (email !== null && email === claimOf(user)) return {}
    await correspondence.voidProofs(db, id, 'verify_email')
    // Another spelling of it is as verified as before.
    if (email !== null && user.email !== null && isSameMailbox(email, user.email)) return { email, pending_email: null }
    if (email !== null && user.email_verified === 1) return { pending_email: email }
    await correspondence.voidProofs(db, id, 'reset_password')
    await correspondence.notify(db, user, 'email_changed', (about) => emailChanged({ ...about, at: now() }))
    return { ...emailColumns(email), email_verified: 0, pending_email: null }
  }

  return {
    /** @throws {ApiError} 400 `invalid_request`, `wrong_password`; 401 when the account is gone; 429 `slow_down` */
    async change(
      account: Account,
      { name, email, current_password: password }: AccountChange,
      origin: Origin,
    ): Promise<Account> {
      const address = typeof email === 'string' ? acceptEmail(email) : email
      if (address === null && requireVerifiedEmail) throw invalidField('email', 'cannot be removed here')
      if (address !== undefined && password === undefined) throw missingFields({ current_password: password })
      const verified =
        address === undefined || password === undefined
          ? undefined
          : await credentials.demand(
              { name: account.username, password },
              await credentials.findById(account.id),
              'current_password',
              origin,
            )

      const changed = await store.write(async (db) => {
        const user =
          verified === undefined
            ? await store.lock(db.selectFrom('users').selectAll().where('id', '=', account.id)).executeTakeFirst()
            : await lockUser(store, db, verified.user)
        if (user === undefined) return undefined
        await verified?.accept(db)
        const columns = {
          ...(name === undefined ? {} : nameColumns(name)),
          ...(address === undefined ? {} : await changeEmail(db, user, address, origin)),
          updated_at: now(),
        }
        await db.updateTable('users').set(columns).where('id', '=', user.id).execute()
        await audit.record(db, {
          event: 'account_changed',
          userId: user.id,
          origin,
          details: { changed: [...(name === undefined ? [] : ['name']), ...(address === undefined ? [] : ['email'])] },
        })
        return { ...user, ...columns }
      })
      if (changed === undefined) throw verified === undefined ? invalidToken() : wrongPassword('current_password')
      return toAccount(changed)
    },
  }
}
