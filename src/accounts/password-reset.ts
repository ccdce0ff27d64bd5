import type { Audit, Origin } from '../audit/index.ts'
import { ApiError, missingFields } from '../errors/index.ts'
import type { ResetFactors } from '../factors/index.ts'
import {
  type AccountMail,
  type CheckedToken,
  invalidCode,
  type MailedTokens,
  type MailRequest,
} from '../one-time-tokens/index.ts'
import { hashRequestOf, type Passwords } from '../passwords/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Attempts, KnownLocations, PendingAttempt } from '../throttling/index.ts'
import { aboutUser, accountNameOf, findUser, isAddressFree, isSameMailbox, lockUserRow } from '../users/index.ts'
import type { ReplacePassword } from './replace-password.ts'
import type { RequestMail } from './request-mail.ts'

interface Dependencies {
  store: Store
  attempts: Attempts
  knownLocations: KnownLocations
  audit: Audit
  passwords: Passwords
  replacePassword: ReplacePassword
  resetFactors: ResetFactors
  mailedTokens: MailedTokens
  accountMail: AccountMail
  requestMail: RequestMail
}

/** The token of the link, or the code together with the username. */
export interface PasswordReset {
  token?: string | undefined
  username?: string | undefined
  code?: string | undefined
  new_password: string
}

type PresentedReset = { token: string; userId: string } | { code: string; username: string }

const purpose = 'reset_password'

/** Lets users set a new password with a link or code from a reset e-mail. */
export function createPasswordReset({
  store,
  attempts,
  knownLocations,
  audit,
  passwords,
  replacePassword,
  resetFactors,
  mailedTokens,
  accountMail,
  requestMail,
}: Dependencies) {
  async function readPresented({ token, username, code }: PasswordReset, origin: Origin): Promise<PresentedReset> {
    if (token === undefined) {
      if (username === undefined || code === undefined) throw missingFields({ username, code })
      return { code, username }
    }
    const row = await mailedTokens.find(purpose, token)
    if (row !== undefined) return { token, userId: row.user_id }
    await audit.reportRateLimited({
      event: 'password_reset_failed',
      outcome: 'failure',
      origin,
      details: { factor: 'mailed_link', reason: 'wrong' },
    })
    throw invalidCode()
  }

  async function hashNewPassword(password: string, origin: Origin, attempt: PendingAttempt | undefined) {
    try {
      return await passwords.hash(password, attempt?.hashRequest ?? hashRequestOf(origin))
    } catch (error) {
      if (attempt !== undefined) await attempts.release(attempt)
      throw error
    }
  }

  /** A reset proves ownership of the mailbox, so it verifies the address, unless another account has verified it. */
  async function isEmailVerifiedNow(db: Writer, user: UserRow) {
    return (
      user.email_verified === 1 || (user.email_fold !== null && (await isAddressFree(db, user.email_fold, user.id)))
    )
  }

  return {
    /** @throws {ApiError} 400 if the redirect URL is not listed; 429 `slow_down` */
    request: (name: string, origin: Origin, redirect?: string) => requestMail(purpose, { name }, origin, redirect),

    /**
     * Sends the requested e-mail, if the account exists. An e-mail address names the account that has verified it, or
     * else the oldest account without a username that claims it.
     */
    async answer(db: Writer, { origin, redirectTo, ...account }: MailRequest): Promise<void> {
      const claim = 'name' in account ? { username: account.name, acceptsUnverified: true } : { userId: account.userId }
      const found = await findUser(db, claim)
      const user = found && (await lockUserRow(store, db, found))
      if (user === undefined) return
      await audit.record(db, { event: 'password_reset_requested', userId: user.id, origin, byStranger: true })
      if (user.email === null) return
      await accountMail.sendToken(db, user, purpose, user.email, 'reset_password', redirectTo)
    },

    /** Looks up the name of the account of a link, without using it up. */
    async open(token: string): Promise<string | undefined> {
      const row = await mailedTokens.find(purpose, token)
      const user = row && (await store.read((db) => findUser(db, { userId: row.user_id })))
      return user?.disabled === 0 ? accountNameOf(user) : undefined
    },

    /**
     * Sets a new password, and ends all sessions and pending changes. If the address was not verified, it also removes
     * the second factors.
     * @returns the redirect URL of the request for the e-mail
     * @throws {ApiError} 400 `invalid_code`, or a rule that the password breaks; 429 `slow_down`; 503
     */
    async confirm(reset: PasswordReset, origin: Origin): Promise<string | undefined> {
      const password = reset.new_password
      const field = 'new_password'
      const presented = await readPresented(reset, origin)
      passwords.rules.check(password, { field, about: [reset.username] })
      const attempt =
        'token' in presented
          ? undefined
          : await attempts.reserve({
              claimedUser: { username: presented.username, acceptsUnverified: true },
              factor: 'mailed_code',
              failureEvent: 'password_reset_failed',
              origin,
            })
      const user =
        'token' in presented ? await store.read((db) => findUser(db, { userId: presented.userId })) : attempt?.user
      // Reveals personal data, so it is thrown only after the code has been accepted.
      const objection = user && passwords.rules.objectionTo(password, { field, about: aboutUser(user) })
      const hash = await hashNewPassword(password, origin, attempt)

      const confirmation = store.complete(async (db): Promise<ApiError | CheckedToken> => {
        const lockedRow = user && (await lockUserRow(store, db, user))
        const row = await mailedTokens.check(db, purpose, lockedRow?.id, presented)
        if (row === undefined || lockedRow?.email == null || !isSameMailbox(row.email, lockedRow.email)) {
          return invalidCode()
        }
        if (attempt !== undefined) await attempts.accept(db, attempt)
        if (objection !== undefined) return objection
        // A stranger may have created the account with this address, which was not verified, and added the factors.
        const areFactorsRemoved = lockedRow.email_verified === 0 && (await resetFactors(db, lockedRow, origin))
        const isVerified = await isEmailVerifiedNow(db, lockedRow)
        await replacePassword(db, lockedRow, hash, { isVerified, areFactorsRemoved })
        await knownLocations.add(db, lockedRow.id, origin)
        await audit.record(db, {
          event: 'password_reset',
          userId: lockedRow.id,
          origin,
          details: { factor: attempt?.factor ?? 'mailed_link' },
        })
        return row
      })
      const outcome = await confirmation.finally(() => attempt && attempts.end(attempt))
      if (!(outcome instanceof ApiError)) return outcome.redirectTo
      if (outcome.code === 'invalid_code' && attempt !== undefined) await attempts.reject(attempt, 'wrong')
      throw outcome
    },
  }
}
