import type { Audit, Origin } from '../audit/index.ts'
import {
  invalidToken,
  mustHaveSecondFactor,
  type Principal,
  scopesOf,
  type SecondFactorPolicy,
} from '../authorization/index.ts'
import { ApiError, notFound } from '../errors/index.ts'
import { normalizeCode } from '../lib/normalize-code.ts'
import { hourlyMailLimit } from '../mail/index.ts'
import type { AccountMail } from '../one-time-tokens/index.ts'
import { columnsOf, type Store, type UserRow, type Writer } from '../store/index.ts'
import type { Sessions } from '../tokens/index.ts'
import type { RecoveryCodeCount, RecoveryCodes } from './recovery-codes.ts'
import { invalidOtp, isTotpCode } from './second-factors.ts'
import type { NewTotpDevice, TotpDevice, TotpDevices } from './totp-devices.ts'

interface Dependencies {
  store: Store
  audit: Audit
  sessions: Sessions
  accountMail: AccountMail
  totpDevices: TotpDevices
  recoveryCodes: RecoveryCodes
  requireSecondFactor: SecondFactorPolicy
}

/** The confirmed factors of a user, without secrets. */
export interface ListedFactors {
  totp: TotpDevice[]
  recoveryCodes: RecoveryCodeCount | undefined
}

export type OwnFactors = ReturnType<typeof createOwnFactors>

const maxTotpDevices = 5

export const noSuchDevice = 'There is no such authenticator app.'

/** Lets users manage the second factors of their own account. Each call requires a recent authentication. */
export function createOwnFactors({
  store,
  audit,
  sessions,
  accountMail,
  totpDevices,
  recoveryCodes,
  requireSecondFactor,
}: Dependencies) {
  /** Locks the user's row. @throws {ApiError} 401 if the session has ended since the request was authenticated */
  async function lockOwner(db: Writer, { account, session }: Principal): Promise<UserRow> {
    const users = db.selectFrom('users').select(columnsOf.users).where('id', '=', account.id).where('disabled', '=', 0)
    const user = await store.lock(users).executeTakeFirst()
    const active = await db.selectFrom('sessions').select('id').where('id', '=', session.id).executeTakeFirst()
    if (user === undefined || active === undefined) throw invalidToken()
    return user
  }

  /**
   * Counts the second factors again after a change of them.
   * @returns the number of confirmed ones
   * @throws {ApiError} 409 `last_second_factor` if the last one was removed and the account must have one
   */
  async function recount(db: Writer, { id, scopes, factors_version: version }: UserRow): Promise<number> {
    const { length } = await totpDevices.list(db, id)
    if (length === 0 && mustHaveSecondFactor(requireSecondFactor, scopesOf(scopes))) {
      throw new ApiError('last_second_factor')
    }
    await db
      .updateTable('users')
      .set({ second_factors: length, factors_version: version + 1 })
      .where('id', '=', id)
      .execute()
    return length
  }

  /** Limited, since a stolen session could otherwise flood the mailbox by adding and removing factors. */
  async function notify(
    db: Writer,
    user: UserRow,
    kind: 'factor_added' | 'factor_removed' | 'recovery_codes_replaced',
  ): Promise<void> {
    const details = { byAdministrator: false, resetUrl: accountMail.resetUrl }
    await accountMail.notify(db, user, kind, details, hourlyMailLimit)
  }

  return {
    /**
     * Adds an authenticator app, to be confirmed.
     * @throws {ApiError} 401 if the session has ended; 409 `too_many_factors`
     */
    addTotp: (principal: Principal, name: string): Promise<NewTotpDevice> =>
      store.write(async (db) => {
        const user = await lockOwner(db, principal)
        if ((await totpDevices.list(db, user.id)).length >= maxTotpDevices) throw new ApiError('too_many_factors')
        return totpDevices.add(db, user, name)
      }),

    /**
     * Confirms an authenticator app. The first factor of an account ends all other sessions, which started with the
     * password alone, and brings recovery codes.
     * @throws {ApiError} 400 `invalid_otp`; 401 if the session has ended; 404
     */
    confirmTotp: (
      principal: Principal,
      { id, otp }: { id: string; otp: string },
      origin: Origin,
    ): Promise<TotpDevice & { recoveryCodes?: string[] }> =>
      store.write(async (db) => {
        const user = await lockOwner(db, principal)
        const pending = await totpDevices.findPending(db, user.id, id)
        if (pending === undefined) throw notFound(noSuchDevice)
        const device = isTotpCode(otp) ? await totpDevices.confirm(db, pending, normalizeCode(otp)) : undefined
        if (device === undefined) throw invalidOtp()
        await recount(db, user)
        await sessions.addAuthentication(db, principal.session.id, ['otp'])
        await audit.record(db, {
          event: 'second_factor_added',
          userId: user.id,
          origin,
          details: { factor: 'totp', factor_id: id },
        })
        await notify(db, user, 'factor_added')
        if (user.second_factors > 0) return device
        await sessions.endAllBut(db, user.id, principal.session.id, origin)
        return { ...device, recoveryCodes: await recoveryCodes.replace(db, user.id) }
      }),

    /** Lists the confirmed factors, oldest first. */
    list: (userId: string): Promise<ListedFactors> =>
      store.read(async (db) => ({
        totp: await totpDevices.list(db, userId),
        recoveryCodes: await recoveryCodes.count(db, userId),
      })),

    /** @throws {ApiError} 404 */
    renameTotp: ({ account }: Principal, id: string, name: string): Promise<TotpDevice> =>
      store.write(async (db) => {
        await totpDevices.rename(db, account.id, id, name)
        const device = (await totpDevices.list(db, account.id)).find((one) => one.id === id)
        if (device === undefined) throw notFound(noSuchDevice)
        return device
      }),

    /**
     * Removes an authenticator app. The recovery codes go with the last one.
     * @throws {ApiError} 401 if the session has ended; 404; 409 `last_second_factor`
     */
    removeTotp: (principal: Principal, id: string, origin: Origin): Promise<void> =>
      store.write(async (db) => {
        const user = await lockOwner(db, principal)
        if (!(await totpDevices.remove(db, user.id, id))) throw notFound(noSuchDevice)
        if ((await recount(db, user)) === 0) await recoveryCodes.remove(db, user.id)
        await audit.record(db, {
          event: 'second_factor_removed',
          userId: user.id,
          origin,
          details: { factor: 'totp', factor_id: id },
        })
        await notify(db, user, 'factor_removed')
      }),

    /**
     * Creates recovery codes, which replace the previous ones.
     * @throws {ApiError} 401 if the session has ended; 409 `no_second_factor`
     */
    replaceRecoveryCodes: (principal: Principal, origin: Origin): Promise<string[]> =>
      store.write(async (db) => {
        const user = await lockOwner(db, principal)
        if (user.second_factors === 0) throw new ApiError('no_second_factor')
        const codes = await recoveryCodes.replace(db, user.id)
        await recount(db, user)
        await audit.record(db, { event: 'recovery_codes_replaced', userId: user.id, origin })
        await notify(db, user, 'recovery_codes_replaced')
        return codes
      }),
  }
}
