import type { Origin } from '../audit/index.ts'
import type { Principal } from '../authorization/index.ts'
import { ApiError, notFound } from '../errors/index.ts'
import type { Store } from '../store/index.ts'
import { acceptFactorName } from './factor-name.ts'
import type { FactorChanges } from './factor-changes.ts'
import type { Passkey, Passkeys } from './passkeys.ts'
import type { CreationOptions, RegistrationResponse, Webauthn } from './webauthn.ts'

interface Dependencies {
  store: Store
  passkeys: Passkeys
  webauthn: Webauthn
  factorChanges: FactorChanges
}

export type OwnPasskeys = ReturnType<typeof createOwnPasskeys>

const maxPasskeys = 10

export const tooManyPasskeys = `You have ${maxPasskeys} passkeys, the maximum. Remove one first.`

export const noSuchPasskey = 'There is no such passkey.'

/** Lets users manage the passkeys of their own account. */
export function createOwnPasskeys({
  store,
  passkeys,
  webauthn,
  factorChanges: { lockOwner, finishAddition, finishRemoval },
}: Dependencies) {
  return {
    /** Makes the options with which a browser creates a passkey. @throws {ApiError} 409 `passkeys_unavailable` */
    async creationOptions({ account }: Principal): Promise<CreationOptions> {
      return webauthn.creationOptions(account, await store.read((db) => passkeys.rowsOf(db, account.id)))
    },

    /**
     * Adds a passkey that a browser has created.
     * @returns the recovery codes as well, if it is the first factor of the account
     * @throws {ApiError} 400 for an invalid name, `invalid_passkey`; 401 if the session has ended; 409
     * `too_many_factors`, `passkeys_unavailable`; 429 `slow_down`
     */
    async add(
      principal: Principal,
      { name: typed, credential }: { name?: string | undefined; credential: RegistrationResponse },
      origin: Origin,
    ): Promise<Passkey & { recoveryCodes: string[] | undefined }> {
      const name = typed === undefined ? undefined : acceptFactorName(typed)
      const created = await webauthn.verifyCreation(principal.account.id, credential)
      return store.write(async (db) => {
        const user = await lockOwner(db, principal)
        if ((await passkeys.rowsOf(db, user.id)).length >= maxPasskeys) {
          throw new ApiError('too_many_factors', { detail: tooManyPasskeys })
        }
        const passkey = await passkeys.add(db, user, created, name)
        const proof = { user, session: principal.session, methods: created.methods }
        const recoveryCodes = await finishAddition(db, proof, { kind: 'passkey', id: passkey.id }, origin)
        return { ...passkey, recoveryCodes }
      })
    },

    /** @throws {ApiError} 400 for an invalid name; 404 */
    rename: ({ account }: Principal, id: string, name: string): Promise<Passkey> =>
      store.write(async (db) => {
        const passkey = await passkeys.rename(db, account.id, id, acceptFactorName(name))
        if (passkey === undefined) throw notFound(noSuchPasskey)
        return passkey
      }),

    /** @throws {ApiError} 401 if the session has ended; 404 */
    remove: (principal: Principal, id: string, origin: Origin): Promise<void> =>
      store.write(async (db) => {
        const user = await lockOwner(db, principal)
        if (!(await passkeys.remove(db, user.id, id))) throw notFound(noSuchPasskey)
        await finishRemoval(db, { user, session: principal.session }, { kind: 'passkey', id }, origin)
      }),
  }
}
