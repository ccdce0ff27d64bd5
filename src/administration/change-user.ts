import type { Audit, Origin } from '../audit/index.ts'
import { acceptScopes, type Caller, demandReach, scopesOf } from '../authorization/index.ts'
import { invalidField } from '../errors/index.ts'
import type { AccountMail, MailRequests } from '../one-time-tokens/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Sessions } from '../tokens/index.ts'
import {
  acceptEmail,
  acceptName,
  demandAdministrator,
  emailColumns,
  isSameMailbox,
  nameColumns,
  usernameOf,
} from '../users/index.ts'
import { claimUser, demandOther } from './claim-user.ts'

interface Dependencies {
  store: Store
  sessions: Sessions
  mailRequests: MailRequests
  accountMail: AccountMail
  audit: Audit
  requireVerifiedEmail: boolean
  /** Milliseconds since the epoch. */
  now: () => number
}

/** The fields to change. Undefined fields stay the same. */
export interface UserChange {
  /** A display name; null removes it. */
  name?: string | null | undefined
  /** Null removes it. */
  email?: string | null | undefined
  /** The complete new list of scopes. */
  scopes?: string[] | undefined
  disabled?: boolean | undefined
}

/** Lets administrators change accounts. */
export function createChangeUser({
  store,
  sessions,
  mailRequests,
  accountMail,
  audit,
  requireVerifiedEmail,
  now,
}: Dependencies) {
  /** Revokes links and codes for the previous address, and requests a verification e-mail for the new one. */
  async function settleEmail(db: Writer, before: UserRow, after: UserRow, origin: Origin) {
    if (after.email === before.email && after.pending_email === before.pending_email) return
    await accountMail.revokeTokens(db, after.id)
    if (before.email !== null && after.email !== null && isSameMailbox(before.email, after.email)) return
    await accountMail.notify(db, before, 'email_changed', { byAdministrator: true })
    if (after.email !== null) await mailRequests.verifyEmail(db, after, { origin })
    await audit.record(db, { event: 'email_changed', userId: after.id, origin })
  }

  /** Records the change. Access tokens lose removed scopes at the next request. */
  async function settleScopes(db: Writer, before: UserRow, after: UserRow, origin: Origin) {
    const [held, holds] = [scopesOf(before.scopes), scopesOf(after.scopes)]
    const granted = holds.filter((scope) => !held.includes(scope))
    const withdrawn = held.filter((scope) => !holds.includes(scope))
    if (granted.length + withdrawn.length > 0) {
      await audit.record(db, { event: 'scopes_changed', userId: after.id, origin, details: { granted, withdrawn } })
    }
  }

  /** Ends the sessions, links and codes of a disabled user. Sign-in, refresh and resets check the field themselves. */
  async function settleDisabled(db: Writer, before: UserRow, after: UserRow, origin: Origin) {
    if (after.disabled === before.disabled) return
    if (after.disabled === 0) return audit.record(db, { event: 'user_enabled', userId: after.id, origin })
    await accountMail.revokeTokens(db, after.id)
    const ended = await sessions.endAll(db, after.id)
    await audit.record(db, { event: 'user_disabled', userId: after.id, origin, details: { sessions: ended } })
  }

  /**
   * @throws {ApiError} 400; 403 if the user has, or would get, administration scopes that the caller lacks; 404; 409
   * `own_account`, `last_administrator`
   */
  return async function changeUser(
    id: string,
    { name, email, scopes, disabled }: UserChange,
    caller: Caller,
  ): Promise<void> {
    const { origin } = caller
    if (email !== undefined) demandOther(caller, id)
    const emailRequired = invalidField('email', 'is required for this account')
    if (email === null && requireVerifiedEmail) throw emailRequired
    const columns: Partial<UserRow> = {
      ...(name === undefined ? {} : nameColumns(name === null ? null : acceptName(name))),
      ...(scopes === undefined ? {} : { scopes: acceptScopes(scopes).join(' ') }),
      ...(disabled === undefined ? {} : { disabled: disabled ? 1 : 0 }),
    }
    const address = typeof email === 'string' ? acceptEmail(email) : email

    await store.write(async (db) => {
      const { user: before, rights } = await claimUser(store, db, id, caller)
      if (address === null && usernameOf(before) === null) throw emailRequired
      const changes = { ...columns, ...(address === undefined ? {} : emailOf(before, address)), updated_at: now() }
      const after: UserRow = { ...before, ...changes }
      demandReach(scopesOf(after.scopes), rights, { what: 'The new list of scopes', userId: id })
      await demandAdministrator(db, before, after)
      await db.updateTable('users').set(changes).where('id', '=', id).execute()
      await settleEmail(db, before, after, origin)
      await settleScopes(db, before, after, origin)
      await settleDisabled(db, before, after, origin)
      if (after.name !== before.name) {
        await audit.record(db, { event: 'account_changed', userId: id, origin, details: { changed: ['name'] } })
      }
    })
  }
}

/** Another spelling of the same mailbox stays verified. */
function emailOf(before: UserRow, email: string | null): Partial<UserRow> {
  if (email !== null && before.email !== null && isSameMailbox(email, before.email)) {
    return { email, pending_email: null }
  }
  return { ...emailColumns(email), email_verified: 0, pending_email: null }
}
