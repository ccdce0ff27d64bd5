import type { Audit, Origin } from '../audit/index.ts'
import type { Principal } from '../authorization/index.ts'
import { ApiError, notFound } from '../errors/index.ts'
import { normalizeCode } from '../lib/normalize-code.ts'
import type { AccountMail } from '../one-time-tokens/index.ts'
import type { Store } from '../store/index.ts'
import { acceptFactorName } from './factor-name.ts'
import type { FactorChanges } from './factor-changes.ts'
import type { Passkey, Passkeys } from './passkeys.ts'
import type { RecoveryCodeCount, RecoveryCodes } from './recovery-codes.ts'
import { invalidOtp, isTotpCode } from './second-factors.ts'
import type { NewTotpDevice, TotpDevice, TotpDevices } from './totp-devices.ts'

interface Dependencies {
  store: Store
  audit: Audit
  accountMail: AccountMail
  totpDevices: TotpDevices
  passkeys: Passkeys
  recoveryCodes: RecoveryCodes
  factorChanges: FactorChanges
}

/** The confirmed factors of a user, without secrets. */
export interface ListedFactors {
  totp: TotpDevice[]
  passkeys: Passkey[]
  recoveryCodes: RecoveryCodeCount | undefined
}

export type OwnFactors = ReturnType<typeof createOwnFactors>

export const maxTotpDevices = 5

export const noSuchDevice = 'There is no such authenticator app.'

/**
 * Lets users manage the authenticator apps and the recovery codes of their own account. Each call requires a recent
 * authentication.
 */
export function createOwnFactors({
  store,
  audit,
  accountMail,
  totpDevices,
  passkeys,
  recoveryCodes,
  factorChanges: { lockOwner, recount, countAddition, finishAddition, finishRemoval },
}: Dependencies) {
  return {
    /**
     * Adds an authenticator app, to be confirmed.
     * @throws {ApiError} 400 for an invalid name; 401 if the session has ended; 409 `too_many_factors`
     */
    addTotp: (principal: Principal, name: string): Promise<NewTotpDevice> =>
      store.write(async (db) => {
        const user = await lockOwner(db, principal)
        if ((await totpDevices.list(db, user.id)).length >= maxTotpDevices) throw new ApiError('too_many_factors')
        return totpDevices.add(db, user, acceptFactorName(name))
      }),

    /**
     * Confirms an authenticator app.
     * @returns the recovery codes as well, if it is the first factor of the account
     * @throws {ApiError} 400 `invalid_otp`; 401 if the session has ended; 404; 429 `slow_down`
     */
    confirmTotp: (
      principal: Principal,
      { id, otp }: { id: string; otp: string },
      origin: Origin,
    ): Promise<TotpDevice & { recoveryCodes: string[] | undefined }> =>
      store.write(async (db) => {
        const user = await lockOwner(db, principal)
        const pending = await totpDevices.findPending(db, user.id, id)
        if (pending === undefined) throw notFound(noSuchDevice)
        const code = normalizeCode(otp)
        const device = isTotpCode(code) ? await totpDevices.confirm(db, pending, code) : undefined
        if (device === undefined) throw invalidOtp()
        const { session } = principal
        const added = { kind: 'totp', id } as const
        return {
          ...device,
          recoveryCodes: await finishAddition(db, { user, session, methods: ['otp'] }, added, origin),
        }
      }),

    /** Lists the confirmed factors, oldest first. */
    list: (userId: string): Promise<ListedFactors> =>
      store.read(async (db) => ({
        totp: await totpDevices.list(db, userId),
        passkeys: await passkeys.list(db, userId),
        recoveryCodes: await recoveryCodes.count(db, userId),
      })),

    /** @throws {ApiError} 400 for an invalid name; 404 */
    renameTotp: ({ account }: Principal, id: string, name: string): Promise<TotpDevice> =>
      store.write(async (db) => {
        await totpDevices.rename(db, account.id, id, acceptFactorName(name))
        const device = (await totpDevices.list(db, account.id)).find((one) => one.id === id)
        if (device === undefined) throw notFound(noSuchDevice)
        return device
      }),

    /**
     * Removes an authenticator app.
     * @throws {ApiError} 401 if the session has ended; 404; 409 `last_second_factor`
     */
    removeTotp: (principal: Principal, id: string, origin: Origin): Promise<void> =>
      store.write(async (db) => {
        const user = await lockOwner(db, principal)
        if (!(await totpDevices.remove(db, user.id, id))) throw notFound(noSuchDevice)
        await finishRemoval(db, user, { kind: 'totp', id }, origin)
      }),

    /**
     * Creates recovery codes, which replace the previous ones.
     * @throws {ApiError} 401 if the session has ended; 409 `no_second_factor`; 429 `slow_down`
     */
    replaceRecoveryCodes: (principal: Principal, origin: Origin): Promise<string[]> =>
      store.write(async (db) => {
        const user = await lockOwner(db, principal)
        if (user.second_factors === 0) throw new ApiError('no_second_factor')
        await countAddition(db, user)
        const codes = await recoveryCodes.replace(db, user.id)
        await recount(db, user)
        await audit.record(db, { event: 'recovery_codes_replaced', userId: user.id, origin })
        await accountMail.notify(db, user, 'recovery_codes_replaced', { resetUrl: accountMail.resetUrl })
        return codes
      }),
  }
}
