import type { Audit, Origin } from '../audit/index.ts'
import { type Account, invalidToken, isSessionActive, type Principal } from '../authorization/index.ts'
import { ApiError, invalidField, missingFields } from '../errors/index.ts'
import type { AccountMail, MailRequests, Redirects } from '../one-time-tokens/index.ts'
import { columnsOf, type Store, type UserRow, type Writer } from '../store/index.ts'
import type { Attempts } from '../throttling/index.ts'
import {
  acceptEmail,
  claimOf,
  emailColumns,
  isSameMailbox,
  lockUserRow,
  nameColumns,
  toAccount,
} from '../users/index.ts'
import { type CheckPassword, wrongPassword } from './check-password.ts'

interface Dependencies {
  store: Store
  checkPassword: CheckPassword
  attempts: Attempts
  redirects: Redirects
  mailRequests: MailRequests
  accountMail: AccountMail
  audit: Audit
  requireVerifiedEmail: boolean
  /** Milliseconds since the epoch. */
  now: () => number
}

/** The fields to change. Fields that are left out stay the same. */
export interface AccountChange {
  /** A display name; null removes it. */
  name?: string | null | undefined
  /** Null removes it. */
  email?: string | null | undefined
  /** Required to change the e-mail address. */
  current_password?: string | undefined
  /** The URL that the last page of the verification links to. */
  redirect_to?: string | undefined
}

/** Lets users change their account. */
export function createChangeAccount({
  store,
  checkPassword,
  attempts,
  redirects,
  mailRequests,
  accountMail,
  audit,
  requireVerifiedEmail,
  now,
}: Dependencies) {
  /**
   * A verified address stays in use until the new one is verified. An unverified address is replaced immediately, which
   * revokes the links and codes that were sent to it.
   */
  async function changeEmail(
    db: Writer,
    user: UserRow,
    email: string | null,
    { origin, redirectTo }: { origin: Origin; redirectTo: string | undefined },
  ): Promise<Partial<UserRow>> {
    const { id } = user
    if (email !== null) await mailRequests.verifyEmail(db, user, { origin, redirectTo })
    // Setting the same address again only sends the verification e-mail again.
    if (email !== null && email === claimOf(user)) return {}
    if (email === null && user.email === null && user.pending_email === null) return {}
    await accountMail.revokeTokens(db, id, 'verify_email')
    // Another spelling of a verified address stays verified.
    if (email !== null && user.email !== null && isSameMailbox(email, user.email)) return { email, pending_email: null }
    if (email !== null && user.email_verified === 1) return { pending_email: email }
    await accountMail.revokeTokens(db, id, 'reset_password')
    await accountMail.notify(db, user, 'email_changed', { byAdministrator: false })
    return { ...emailColumns(email), email_verified: 0, pending_email: null }
  }

  /** @throws {ApiError} 400 `invalid_request`, `wrong_password`; 401 if the session has ended; 429 `slow_down` */
  return async function changeAccount(
    principal: Principal,
    { name, email, current_password: password, redirect_to: redirect }: AccountChange,
    origin: Origin,
  ): Promise<Account> {
    const { id, username } = principal.account
    const redirectTo = redirects.accept(redirect)
    const address = typeof email === 'string' ? acceptEmail(email) : email
    const isEmailNeeded = requireVerifiedEmail || username === null
    if (address === null && isEmailNeeded) throw invalidField('email', 'is required for this account')
    if (address !== undefined && password === undefined) throw missingFields({ current_password: password })
    const authentication =
      address === undefined || password === undefined
        ? undefined
        : await checkPassword({ userId: id, username }, password, origin)

    const change = store.complete(async (db) => {
      const user =
        authentication === undefined
          ? await store.lock(db.selectFrom('users').select(columnsOf.users).where('id', '=', id)).executeTakeFirst()
          : await lockUserRow(store, db, authentication.user)
      if (user === undefined) return authentication === undefined ? invalidToken() : wrongPassword()
      if (authentication !== undefined) await attempts.accept(db, authentication.attempt)
      if (!(await isSessionActive(db, principal))) return invalidToken()
      const columns = {
        ...(name === undefined ? {} : nameColumns(name)),
        ...(address === undefined ? {} : await changeEmail(db, user, address, { origin, redirectTo })),
        updated_at: now(),
      }
      const after = { ...user, ...columns }
      const changed = changedFields(user, after)
      if (changed.length === 0) return user
      await db.updateTable('users').set(columns).where('id', '=', id).execute()
      await audit.record(db, { event: 'account_changed', userId: id, origin, details: { changed } })
      return after
    })
    const changed = await change.finally(() => authentication && attempts.end(authentication.attempt))
    if (changed instanceof ApiError) throw changed
    return toAccount(changed)
  }
}

function changedFields(before: UserRow, after: UserRow): string[] {
  const hasOtherEmail = after.email !== before.email || after.pending_email !== before.pending_email
  return [...(after.name === before.name ? [] : ['name']), ...(hasOtherEmail ? ['email'] : [])]
}
