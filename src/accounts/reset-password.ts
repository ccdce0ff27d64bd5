import type { Audit, Origin } from '../audit/index.ts'
import { type ApiError, missingFields } from '../errors/index.ts'
import { networkOf } from '../lib/networks.ts'
import { resetPassword } from '../mail/index.ts'
import {
  type Codes,
  type Correspondence,
  invalidCode,
  type MailRequests,
  type Shown,
} from '../one-time-tokens/index.ts'
import type { Passwords } from '../passwords/index.ts'
import type { Store, UserRow, Writer } from '../store/index.ts'
import type { Attempts, Credentials, Guarding, Trial } from '../throttling/index.ts'
import { aboutUser, findUser, isAddressFree, isSameMailbox, lockUser } from '../users/index.ts'
import type { PasswordReplacement } from './replace-password.ts'

interface Dependencies {
  store: Store
  credentials: Credentials
  guarding: Guarding
  attempts: Attempts
  audit: Audit
  passwords: Passwords
  passwordReplacement: PasswordReplacement
  codes: Codes
  mailRequests: MailRequests
  correspondence: Correspondence
  /** Requests of one network. */
  mostPerHour: number
}

/** The link's token, or the code with whom it was sent to. */
export interface PasswordReset {
  token?: string | undefined
  username?: string | undefined
  code?: string | undefined
  new_password: string
}

const purpose = 'reset_password'

export type Recovery = ReturnType<typeof createRecovery>

/** Lets somebody back in who has lost their password and has their mailbox. */
export function createRecovery({
  store,
  credentials,
  guarding,
  attempts,
  audit,
  passwords,
  passwordReplacement,
  codes,
  mailRequests,
  correspondence,
  mostPerHour,
}: Dependencies) {
  /** Whom something was mailed to that is now shown, as far as can be said without their row. */
  async function identify(
    { token, username, code }: PasswordReset,
    origin: Origin,
  ): Promise<{ shown: Shown; user: UserRow | undefined; name: string | undefined }> {
    if (token !== undefined) {
      const row = await codes.find(purpose, token)
      if (row === undefined) {
        await audit.reportRateLimited({
          event: 'password_reset_failed',
          outcome: 'failure',
          origin,
          details: { factor: 'mailed_link', reason: 'wrong' },
        })
        throw invalidCode()
      }
      return { shown: { token }, user: await credentials.findById(row.user_id), name: undefined }
    }
    if (username === undefined || code === undefined) throw missingFields({ username, code })
    return { shown: { code }, user: await credentials.find(username), name: username }
  }

  /** A mailbox that a code came from is theirs, unless another account has it. */
  async function isNowVerified(db: Writer, user: UserRow) {
    return (
      user.email_verified === 1 || (user.email_fold !== null && (await isAddressFree(db, user.email_fold, user.id)))
    )
  }

  async function hashFor(password: string, { address }: Origin, trial: Trial | undefined) {
    try {
      return await passwords.hash(password, trial?.entrant ?? { network: networkOf(address ?? ''), isKnown: false })
    } catch (error) {
      await trial?.takeBack()
      throw error
    }
  }

  return {
    /** Somebody who has forgotten their password asks for a mail, and is not told whether there is such an account. */
    async request(name: string, origin: Origin) {
      await attempts.demandRate('mail requests', mostPerHour, origin)
      await store.write((db) => mailRequests.add(db, purpose, name, origin))
    },

    /** By username it goes to the account's address, by e-mail to the account that has it verified. */
    async answer(db: Writer, name: string, origin: Origin) {
      const found = await findUser(db, name)
      const user = found && (await lockUser(store, db, found))
      if (user === undefined) return
      await audit.record(db, { event: 'password_reset_requested', userId: user.id, origin, byStranger: true })
      if (user.email === null) return
      await correspondence.sendProof(db, user, purpose, user.email, resetPassword)
    },

    /** Whose link it is. Nothing changes. */
    async open(token: string): Promise<string | undefined> {
      const row = await codes.find(purpose, token)
      const user = row && (await credentials.findById(row.user_id))
      return user?.disabled === 0 ? user.username : undefined
    },

    /**
     * Sets a new password and ends every session and whatever else is under way.
     * @throws {ApiError} 400 `invalid_code`, or what is wrong with the password; 429 `slow_down`; 503
     */
    async setPassword(given: PasswordReset, origin: Origin): Promise<void> {
      const { shown, user, name } = await identify(given, origin)
      const field = 'new_password'
      // What only the account's owner may learn is told after the code was right.
      passwords.rules.check(given.new_password, { field, about: [given.username] })
      const objection = user && passwords.rules.objectionTo(given.new_password, { field, about: aboutUser(user) })
      const trial =
        name === undefined
          ? undefined
          : await guarding.begin({ name, user, origin, failure: 'password_reset_failed', factor: 'mailed_code' })
      const hash = await hashFor(given.new_password, origin, trial)

      const refusal = await store.write(async (db): Promise<ApiError | undefined> => {
        const locked = user && (await lockUser(store, db, user))
        const row = await codes.check(db, purpose, locked?.id, shown)
        if (row === undefined || locked?.email == null || !isSameMailbox(row.email, locked.email)) return invalidCode()
        await trial?.accept(db)
        if (objection !== undefined) return objection
        await passwordReplacement.replace(db, locked, hash, await isNowVerified(db, locked))
        await audit.record(db, {
          event: 'password_reset',
          userId: locked.id,
          origin,
          details: { factor: name === undefined ? 'mailed_link' : 'mailed_code' },
        })
        return undefined
      })
      if (refusal?.code === 'invalid_code') await trial?.reject('wrong')
      if (refusal !== undefined) throw refusal
    },
  }
}
