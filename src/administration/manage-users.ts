import type { EraseAccount } from '../accounts/index.ts'
import type { Audit } from '../audit/index.ts'
import { type Caller, claimRights, isClient, isWithinReach, type Rights, scopesOf } from '../authorization/index.ts'
import { ApiError, notFound } from '../errors/index.ts'
import type { ResetFactors } from '../factors/index.ts'
import type { AccountMail } from '../one-time-tokens/index.ts'
import type { Reader, Store, UserRow, Writer } from '../store/index.ts'
import type { Attempts } from '../throttling/index.ts'
import type { Sessions } from '../tokens/index.ts'
import { administratorScope } from '../users/index.ts'
import { claimUser, demandOther } from './claim-user.ts'

interface Dependencies {
  store: Store
  sessions: Sessions
  eraseAccount: EraseAccount
  resetFactors: ResetFactors
  accountMail: AccountMail
  attempts: Attempts
  audit: Audit
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Lets administrators delete and unlock users, reset their passwords and end their sessions. */
export function createUserManagement({
  store,
  sessions,
  eraseAccount,
  resetFactors,
  accountMail,
  attempts,
  audit,
  now,
}: Dependencies) {
  /** @throws {ApiError} 404; 403 if the user has administration scopes that the caller lacks */
  function actOn(id: string, caller: Caller, work: (db: Writer, user: UserRow) => Promise<void>): Promise<void> {
    return store.write(async (db) => work(db, (await claimUser(store, db, id, caller)).user))
  }

  return {
    /** @throws {ApiError} 409 `own_account`, `last_administrator` */
    async deleteUser(id: string, caller: Caller): Promise<void> {
      demandOther(caller, id)
      await actOn(id, caller, (db, user) => eraseAccount(db, user, 'administrator', caller.origin))
    },

    /** Deletes the failed attempts that count against a user, which unlocks the account. */
    unlockUser: (id: string, caller: Caller) =>
      actOn(id, caller, async (db) => {
        if (!(await attempts.unlockAccount(db, id))) return
        await audit.record(db, { event: 'account_unlocked', userId: id, origin: caller.origin })
      }),

    /**
     * Removes the second factors and recovery codes of a user who has lost them, ends all sessions, and unlocks codes.
     * @throws {ApiError} 409 `own_account`
     */
    async resetFactors(id: string, caller: Caller): Promise<void> {
      demandOther(caller, id)
      await actOn(id, caller, async (db, user) => {
        await attempts.unlockAccount(db, id, ['otp'])
        if (!(await resetFactors(db, user, caller.origin))) return
        await accountMail.notify(db, user, 'factors_reset', {})
      })
    },

    /**
     * Sends the user a reset e-mail. Administrators cannot choose the password.
     * @throws {ApiError} 409 `no_email`, `user_disabled`
     */
    startPasswordReset: (id: string, caller: Caller) =>
      actOn(id, caller, async (db, user) => {
        if (user.disabled === 1) {
          throw new ApiError('user_disabled')
        }
        if (user.email === null) throw new ApiError('no_email')
        await accountMail.sendToken(db, user, 'reset_password', user.email, 'reset_started')
        await audit.record(db, { event: 'password_reset_requested', userId: id, origin: caller.origin })
      }),

    endSessions: (id: string, caller: Caller) =>
      actOn(id, caller, async (db) => {
        const ended = await sessions.endAll(db, id)
        if (ended === 0) return
        await audit.record(db, {
          event: 'sessions_ended',
          userId: id,
          origin: caller.origin,
          details: { sessions: ended },
        })
      }),

    /** @throws {ApiError} 404 if the user has no such session */
    endSession: (id: string, sessionId: string, caller: Caller) =>
      actOn(id, caller, async (db) => {
        if (!(await sessions.endOne(db, id, sessionId, caller.origin))) throw notFound('There is no such session.')
      }),

    /**
     * Ends the sessions of all users that the caller may manage, except the session of the request (OWASP ASVS 5.0
     * V7.4.5).
     */
    endAllSessions: (caller: Caller): Promise<void> =>
      store.write(async (db) => {
        const beyond = await scopesBeyond(db, await claimRights(store, db, caller, administratorScope))
        const others = db.deleteFrom('sessions').where('id', '!=', sessionOf(caller)).where('expires_at', '>', now())
        const within =
          beyond.length === 0
            ? others
            : others.where('user_id', 'not in', db.selectFrom('users').select('id').where('scopes', 'in', beyond))
        const { numDeletedRows } = await within.executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) return
        await audit.record(db, {
          event: 'sessions_ended',
          origin: caller.origin,
          details: { sessions: Number(numDeletedRows), of: 'everybody' },
        })
      }),
  }
}

/** Finds the values of the column `scopes` whose users a caller with these rights may not manage. */
async function scopesBeyond(db: Reader, rights: Rights): Promise<string[]> {
  const rows = await db.selectFrom('users').select('scopes').distinct().where('scopes', '!=', '').execute()
  return rows.map(({ scopes }) => scopes).filter((scopes) => !isWithinReach(scopesOf(scopes), rights))
}

function sessionOf({ subject }: Caller): string {
  return subject === 'operator' || isClient(subject) ? '' : subject.session.id
}
