import type { Origin } from '../audit/index.ts'
import type { Principal } from '../authorization/index.ts'
import { ApiError, notFound } from '../errors/index.ts'
import { normalizeCode } from '../lib/normalize-code.ts'
import type { Store } from '../store/index.ts'
import { acceptFactorName } from './factor-name.ts'
import type { FactorChanges } from './factor-changes.ts'
import { invalidOtp, isTotpCode } from './second-factors.ts'
import type { NewTotpDevice, TotpDevice, TotpDevices } from './totp-devices.ts'

interface Dependencies {
  store: Store
  totpDevices: TotpDevices
  factorChanges: FactorChanges
}

export type OwnTotp = ReturnType<typeof createOwnTotp>

export const maxTotpDevices = 5

export const tooManyDevices = `You have ${maxTotpDevices} authenticator apps, the maximum. Remove one first.`

export const noSuchDevice = 'There is no such authenticator app.'

/** Lets users manage the authenticator apps of their own account. */
export function createOwnTotp({
  store,
  totpDevices,
  factorChanges: { lockOwner, finishAddition, finishRemoval },
}: Dependencies) {
  return {
    /**
     * Adds an authenticator app, to be confirmed.
     * @throws {ApiError} 400 for an invalid name; 401 if the session has ended; 409 `too_many_factors`
     */
    add: (principal: Principal, name = 'Authenticator app'): Promise<NewTotpDevice> =>
      store.write(async (db) => {
        const user = await lockOwner(db, principal)
        if ((await totpDevices.list(db, user.id)).length >= maxTotpDevices) {
          throw new ApiError('too_many_factors', { detail: tooManyDevices })
        }
        return totpDevices.add(db, user, acceptFactorName(name))
      }),

    /**
     * Confirms an authenticator app.
     * @returns the recovery codes as well, if it is the first factor of the account
     * @throws {ApiError} 400 `invalid_otp`; 401 if the session has ended; 404; 429 `slow_down`
     */
    confirm: (
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

    /** @throws {ApiError} 400 for an invalid name; 404 */
    rename: ({ account }: Principal, id: string, name: string): Promise<TotpDevice> =>
      store.write(async (db) => {
        const device = await totpDevices.rename(db, account.id, id, acceptFactorName(name))
        if (device === undefined) throw notFound(noSuchDevice)
        return device
      }),

    /**
     * Removes an authenticator app.
     * @throws {ApiError} 401 if the session has ended; 404; 409 `last_second_factor`
     */
    remove: (principal: Principal, id: string, origin: Origin): Promise<void> =>
      store.write(async (db) => {
        const user = await lockOwner(db, principal)
        if (!(await totpDevices.remove(db, user.id, id))) throw notFound(noSuchDevice)
        await finishRemoval(db, { user, session: principal.session }, { kind: 'totp', id }, origin)
      }),
  }
}
