import type { Audit, Origin } from '../audit/index.ts'
import type { Account } from '../authorization/index.ts'
import { ApiError, missingFields } from '../errors/index.ts'
import { fold, foldTyped } from '../lib/fold.ts'
import { hourlyMailLimit } from '../mail/index.ts'
import {
  type AccountMail,
  type CheckedToken,
  invalidCode,
  type MailedTokens,
  type MailRequest,
  type PresentedToken,
  type RequestedAccount,
} from '../one-time-tokens/index.ts'
import { columnsOf, type Reader, type Store, type UserRow, type Writer } from '../store/index.ts'
import type { Attempts, PendingAttempt } from '../throttling/index.ts'
import {
  accountNameOf,
  claimOf,
  emailTaken,
  findUser,
  isAddressFree,
  isSameMailbox,
  lockUserRow,
  usernameOf,
} from '../users/index.ts'
import type { CheckPassword } from './check-password.ts'
import type { RequestMail } from './request-mail.ts'

interface Dependencies {
  store: Store
  checkPassword: CheckPassword
  attempts: Attempts
  audit: Audit
  mailedTokens: MailedTokens
  accountMail: AccountMail
  requestMail: RequestMail
  /** Milliseconds since the epoch. */
  now: () => number
}

/** The token of the link or the code, with username and password unless the caller is signed in. */
export interface Confirmation {
  token?: string | undefined
  code?: string | undefined
  username?: string | undefined
  current_password?: string | undefined
}

/** The user who verifies the address, and the token they present. */
interface Identified {
  presented: PresentedToken
  user: UserRow
  /** Undefined for a signed-in user with a link, where there is nothing to guess. */
  attempt: PendingAttempt | undefined
}

const purpose = 'verify_email'

/**
 * Verifies that an e-mail address belongs to an account. This requires the link or code, and the session or password of
 * the account, so that the owner of an address cannot be tricked into verifying it for another person's account.
 */
export function createEmailVerification({
  store,
  checkPassword,
  attempts,
  audit,
  mailedTokens,
  accountMail,
  requestMail,
  now,
}: Dependencies) {
  /** Verifies the password. A code is checked later, in the transaction. */
  async function identify(given: Confirmation, signedIn: Account | undefined, origin: Origin): Promise<Identified> {
    const { token, code } = given
    if (token !== undefined) return identifyByLink(token, given, signedIn, origin)
    if (code === undefined) throw missingFields({ code })
    if (signedIn === undefined) return identifyByPassword(code, given, origin)
    return identifyBySession(code, signedIn, origin)
  }

  async function identifyByLink(
    token: string,
    { current_password: password }: Confirmation,
    signedIn: Account | undefined,
    origin: Origin,
  ): Promise<Identified> {
    const presented = { token }
    const row = await mailedTokens.find(purpose, token)
    if (row === undefined || (signedIn !== undefined && signedIn.id !== row.user_id)) throw await wrongLink(origin)
    const claimedUser = { userId: row.user_id }
    if (signedIn === undefined) {
      if (password === undefined) throw missingFields({ current_password: password })
      return { presented, ...(await checkPassword(claimedUser, password, origin)) }
    }
    const user = await store.read((db) => findUser(db, claimedUser))
    if (user === undefined) throw invalidCode()
    return { presented, user, attempt: undefined }
  }

  async function identifyByPassword(
    code: string,
    { username, current_password: password }: Confirmation,
    origin: Origin,
  ): Promise<Identified> {
    if (username === undefined) throw missingFields({ username, current_password: password })
    if (password === undefined) throw missingFields({ current_password: password })
    if (!username.includes('@')) {
      return { presented: { code }, ...(await checkPassword({ username }, password, origin)) }
    }
    const holder = await mailedTokens.findHolder(purpose, foldTyped(username))
    const claimedUser = holder === undefined ? { username } : { userId: holder, username }
    try {
      return { presented: { code }, ...(await checkPassword(claimedUser, password, origin)) }
    } catch (error) {
      // Like a wrong code. Another error would reveal whether other accounts claim the address or have verified it.
      throw error instanceof ApiError && error.code === 'wrong_password' ? invalidCode() : error
    }
  }

  async function identifyBySession(code: string, { id, username }: Account, origin: Origin): Promise<Identified> {
    const attempt = await attempts.reserve({
      claimedUser: { userId: id, username },
      factor: 'mailed_code',
      failureEvent: 'email_verification_failed',
      origin,
    })
    const { user } = attempt
    if (user === undefined) {
      await attempts.release(attempt)
      throw invalidCode()
    }
    return { presented: { code }, user, attempt }
  }

  async function wrongLink(origin: Origin) {
    await audit.reportRateLimited({
      event: 'email_verification_failed',
      outcome: 'failure',
      origin,
      details: { factor: 'mailed_link', reason: 'wrong' },
    })
    return invalidCode()
  }

  /** A wrong code counts as a failed attempt only for a signed-in user. Other callers have proved the password. */
  async function rejectToken({ user, attempt }: Identified, origin: Origin) {
    if (attempt?.factor === 'mailed_code') return attempts.reject(attempt, 'wrong')
    await audit.reportRateLimited({
      event: 'email_verification_failed',
      outcome: 'failure',
      userId: user.id,
      origin,
      details: { factor: 'mailed_code', reason: 'wrong' },
    })
  }

  /**
   * Finds the account to verify. For an unverified address, this is the oldest account without a username that claims
   * it, or else the newest account that claims it.
   */
  async function findClaimant(db: Reader, name: string): Promise<UserRow | undefined> {
    const folded = foldTyped(name)
    if (!folded.includes('@')) return findUser(db, { username: name })
    const named = await findUser(db, { username: name, acceptsUnverified: true })
    if (named?.email_verified === 0) return named
    return db
      .selectFrom('users')
      .select(columnsOf.users)
      .where('email_fold', '=', folded)
      .where('email_verified', '=', 0)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
  }

  return {
    /** @throws {ApiError} 400 if the redirect URL is not listed; 429 `slow_down` */
    request: (account: RequestedAccount, origin: Origin, redirect?: string) =>
      requestMail(purpose, account, origin, redirect),

    /** Sends the requested e-mail to the claimed address. If another account has verified it, notifies that one. */
    async answer(db: Writer, { origin, redirectTo, ...account }: MailRequest): Promise<void> {
      const found = await ('name' in account ? findClaimant(db, account.name) : findUser(db, account))
      const user = found && (await lockUserRow(store, db, found))
      const email = user && claimOf(user)
      if (user === undefined || email === undefined) return
      await audit.record(db, { event: 'email_verification_requested', userId: user.id, origin, byStranger: true })
      const owner = await findUser(db, { username: email })
      if (owner === undefined || owner.id === user.id) {
        await accountMail.sendToken(db, user, purpose, email, 'verify_email', redirectTo)
      } else {
        await accountMail.notify(db, owner, 'address_claimed', {}, { limit: hourlyMailLimit })
      }
    },

    /** Looks up the account and the address of a link, without using it up. */
    async open(token: string): Promise<{ accountName: string; email: string } | undefined> {
      const row = await mailedTokens.find(purpose, token)
      if (row === undefined) return undefined
      const user = await store.read((db) => findUser(db, { userId: row.user_id }))
      if (user === undefined || user.disabled === 1) return undefined
      return { accountName: accountNameOf(user), email: row.email }
    },

    /**
     * Verifies the address.
     * @param signedIn the account of the caller, if they are signed in
     * @returns the redirect URL of the request for the e-mail
     * @throws {ApiError} 400 `invalid_code`, `wrong_password`; 409 `email_taken`; 429 `slow_down`
     */
    async confirm(given: Confirmation, signedIn: Account | undefined, origin: Origin): Promise<string | undefined> {
      const identified = await identify(given, signedIn, origin)
      const { presented, user, attempt } = identified
      const confirmation = store.complete(async (db): Promise<ApiError | CheckedToken> => {
        const lockedRow = await lockUserRow(store, db, user)
        const row = lockedRow && (await mailedTokens.check(db, purpose, lockedRow.id, presented))
        if (lockedRow === undefined || row === undefined || row.email !== claimOf(lockedRow)) return invalidCode()
        if (attempt !== undefined) await attempts.accept(db, attempt)
        if (!(await isAddressFree(db, fold(row.email), lockedRow.id))) return emailTaken()
        const time = now()
        await db
          .updateTable('users')
          .set({
            email: row.email,
            email_fold: fold(row.email),
            email_verified: 1,
            pending_email: null,
            updated_at: time,
          })
          .where('id', '=', lockedRow.id)
          .execute()
        await audit.record(db, { event: 'email_verified', userId: lockedRow.id, origin })
        await accountMail.revokeTokens(db, lockedRow.id, purpose)
        if (lockedRow.email === null || isSameMailbox(lockedRow.email, row.email)) return row
        await accountMail.revokeTokens(db, lockedRow.id, 'reset_password')
        await audit.record(db, { event: 'email_changed', userId: lockedRow.id, origin })
        await accountMail.notify(db, lockedRow, 'email_changed', { byAdministrator: false })
        return row
      })
      const outcome = await confirmation.finally(() => attempt && attempts.end(attempt))
      if (!(outcome instanceof ApiError)) return outcome.redirectTo
      if (outcome.code === 'invalid_code') await rejectToken(identified, origin)
      throw outcome
    },

    /**
     * Removes the address from the account, on behalf of the owner of the mailbox.
     * @throws {ApiError} 400 `invalid_code`
     */
    async reject(token: string, origin: Origin): Promise<void> {
      const row = await mailedTokens.find(purpose, token)
      const user = row && (await store.read((db) => findUser(db, { userId: row.user_id })))
      const isDone =
        user !== undefined &&
        (await store.write(async (db) => {
          const lockedRow = await lockUserRow(store, db, user)
          const presented = lockedRow && (await mailedTokens.check(db, purpose, lockedRow.id, { token }))
          if (lockedRow === undefined || presented === undefined) return false
          const without = lockedRow.pending_email === null ? { email: null, email_fold: null } : { pending_email: null }
          // Without a username, the address is the only name of the account. It is useless without the mailbox.
          const isOnlyName = usernameOf(lockedRow) === null && lockedRow.pending_email === null
          if (claimOf(lockedRow) === presented.email && !isOnlyName) {
            await db
              .updateTable('users')
              .set({ ...without, updated_at: now() })
              .where('id', '=', lockedRow.id)
              .execute()
          }
          await accountMail.revokeTokens(db, lockedRow.id, purpose)
          await audit.record(db, { event: 'email_rejected', userId: lockedRow.id, origin, byStranger: true })
          return true
        }))
      if (!isDone) throw await wrongLink(origin)
    },
  }
}
