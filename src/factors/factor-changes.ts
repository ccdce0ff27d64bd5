import type { Audit, Origin } from '../audit/index.ts'
import {
  type AuthenticationMethod,
  invalidToken,
  isSessionActive,
  mustHaveSecondFactor,
  type Principal,
  scopesOf,
  type SecondFactorPolicy,
} from '../authorization/index.ts'
import { ApiError } from '../errors/index.ts'
import type { AccountMail } from '../one-time-tokens/index.ts'
import { columnsOf, type Store, type UserRow, type Writer } from '../store/index.ts'
import type { ChangeRates } from '../throttling/index.ts'
import type { Sessions } from '../tokens/index.ts'
import type { Passkeys } from './passkeys.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import type { TotpDevices } from './totp-devices.ts'

interface Dependencies {
  store: Store
  audit: Audit
  sessions: Sessions
  changeRates: ChangeRates
  accountMail: AccountMail
  totpDevices: TotpDevices
  passkeys: Passkeys
  recoveryCodes: RecoveryCodes
  secondFactorPolicy: SecondFactorPolicy
}

interface FactorReference {
  kind: 'totp' | 'passkey'
  id: string
}

/**
 * The number of factors that a user may add, and times that they may replace the recovery codes, in an hour. An account
 * has at most so many factors. A stolen session can therefore neither flood the mailbox, which gets a message about
 * each change, nor use up the quota of events to hide what it adds. Removing a factor is never limited.
 */
const maxAdditionsPerHour = 15

export type FactorChanges = ReturnType<typeof createFactorChanges>

/** The steps that all changes of a user's own factors share. */
export function createFactorChanges({
  store,
  audit,
  sessions,
  changeRates,
  accountMail,
  totpDevices,
  passkeys,
  recoveryCodes,
  secondFactorPolicy,
}: Dependencies) {
  /**
   * Saves the number of a user's second factors after a change of these or of the recovery codes. Sign-ins that wait
   * for the second factor have to start again.
   * @returns the number of confirmed second factors
   */
  async function saveChange(db: Writer, { id, factors_version: version }: UserRow): Promise<number> {
    const count = (await totpDevices.list(db, id)).length + (await passkeys.rowsOf(db, id)).length
    await db
      .updateTable('users')
      .set({ second_factors: count, factors_version: version + 1 })
      .where('id', '=', id)
      .execute()
    return count
  }

  /** Counts a change that adds something. @throws {ApiError} 429 `slow_down` */
  const countAddition = (db: Writer, { id }: UserRow): Promise<void> =>
    changeRates.count(db, 'additions of factors', maxAdditionsPerHour, id)

  return {
    /** Locks the user's row. @throws {ApiError} 401 if the session has ended since the request was authenticated */
    async lockOwner(db: Writer, principal: Principal): Promise<UserRow> {
      const users = db
        .selectFrom('users')
        .select(columnsOf.users)
        .where('id', '=', principal.account.id)
        .where('disabled', '=', 0)
      const user = await store.lock(users).executeTakeFirst()
      if (user === undefined || !(await isSessionActive(db, principal))) throw invalidToken()
      return user
    },

    saveChange,

    countAddition,

    /**
     * Finishes the addition of a factor. The first factor of an account ends all other sessions, which started with the
     * password alone, and comes with recovery codes.
     * @param methods how the user has proved to have the factor
     * @returns the recovery codes, if it is the first factor
     * @throws {ApiError} 429 `slow_down`
     */
    async finishAddition(
      db: Writer,
      { user, session, methods }: { user: UserRow; session: Principal['session']; methods: AuthenticationMethod[] },
      { kind, id }: FactorReference,
      origin: Origin,
    ): Promise<string[] | undefined> {
      await countAddition(db, user)
      await saveChange(db, user)
      await sessions.addAuthentication(db, session.id, methods)
      await audit.record(db, {
        event: 'second_factor_added',
        userId: user.id,
        origin,
        details: { factor: kind, factor_id: id },
      })
      const details = { isPasskey: kind === 'passkey', resetUrl: accountMail.resetUrl }
      await accountMail.notify(db, user, 'factor_added', details)
      if (user.second_factors > 0) return undefined
      await sessions.endAllBut(db, user.id, session.id, origin)
      return recoveryCodes.replace(db, user.id)
    },

    /**
     * Finishes the removal of a factor. It ends all other sessions, because a thief may have started one with it. The
     * last factor takes the recovery codes with it.
     * @throws {ApiError} 409 `last_second_factor` if it is the last one and the account must have one
     */
    async finishRemoval(
      db: Writer,
      { user, session }: { user: UserRow; session: Principal['session'] },
      { kind, id }: FactorReference,
      origin: Origin,
    ): Promise<void> {
      const isLast = (await saveChange(db, user)) === 0
      if (isLast) {
        if (mustHaveSecondFactor(secondFactorPolicy, scopesOf(user.scopes))) throw new ApiError('last_second_factor')
        await recoveryCodes.remove(db, user.id)
      }
      await audit.record(db, {
        event: 'second_factor_removed',
        userId: user.id,
        origin,
        details: { factor: kind, factor_id: id },
      })
      await sessions.endAllBut(db, user.id, session.id, origin)
      const details = { isPasskey: kind === 'passkey', isLast, resetUrl: accountMail.resetUrl }
      await accountMail.notify(db, user, 'factor_removed', details)
    },
  }
}
