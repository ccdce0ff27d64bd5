import { v7 as uuidv7 } from 'uuid'
import type { Audit, Origin } from '../audit/index.ts'
import type { ApiError } from '../errors/index.ts'
import { columnsOf, type PasskeyRow, type Reader, type UserRow, type Writer } from '../store/index.ts'
import { authenticatorOf } from './authenticators.ts'
import type { UsedTokens } from './used-tokens.ts'
import { type CreatedPasskey, invalidPasskey, type VerifiedPasskey } from './webauthn.ts'

/** A passkey without its key. Times are milliseconds since the epoch. */
export interface Passkey {
  id: string
  name: string
  /** The name of the authenticator; null if it is unknown. */
  authenticator: string | null
  /** Whether it was synchronized when it was last used. */
  backedUp: boolean
  createdAt: number
  usedAt: number | null
}

interface Dependencies {
  audit: Audit
  usedTokens: UsedTokens
  /** Milliseconds since the epoch. */
  now: () => number
}

export type Passkeys = ReturnType<typeof createPasskeys>

/** The passkeys of users. Transactions that change them must have locked the user's row. */
export function createPasskeys({ audit, usedTokens, now }: Dependencies) {
  const rowsOf = (db: Reader, userId: string): Promise<PasskeyRow[]> =>
    db.selectFrom('passkeys').select(columnsOf.passkeys).where('user_id', '=', userId).orderBy('id').execute()

  return {
    /**
     * Adds a passkey.
     * @param name by default that of the authenticator
     * @throws {ApiError} 400 `invalid_passkey` if the challenge was used before, or the passkey is already registered
     */
    async add(db: Writer, user: UserRow, created: CreatedPasskey, name: string | undefined): Promise<Passkey> {
      const { challenge, methods: _methods, ...columns } = created
      if (!(await usedTokens.use(db, challenge))) throw usedChallenge()
      const time = now()
      const row: PasskeyRow = {
        ...columns,
        id: uuidv7({ msecs: time }),
        user_id: user.id,
        name: name ?? authenticatorOf(columns.aaguid) ?? 'Passkey',
        created_at: time,
        used_at: null,
      }
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('passkeys')
        .values(row)
        .onConflict((conflict) => conflict.column('credential_id').doNothing())
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows !== 1n) {
        throw invalidPasskey('This passkey is already registered. Create another one.')
      }
      return toPasskey(row)
    },

    /** @param credentialId in base64url */
    find: (db: Reader, credentialId: string): Promise<PasskeyRow | undefined> =>
      db.selectFrom('passkeys').select(columnsOf.passkeys).where('credential_id', '=', credentialId).executeTakeFirst(),

    /**
     * Records the use of a passkey, in the transaction of what it allows.
     * @returns 400 `invalid_passkey` if the challenge was used before, the passkey was removed, or its counter shows
     * that it was copied. The transaction has to be committed to record that
     */
    async use(db: Writer, verified: VerifiedPasskey, origin: Origin): Promise<ApiError | undefined> {
      const { id, userId, challenge, counter, backedUp } = verified
      if (!(await usedTokens.use(db, challenge))) return usedChallenge()
      const row = (await rowsOf(db, userId)).find((one) => one.id === id)
      if (row === undefined) return unknownPasskey()
      // WebAuthn Level 3, 6.1.1. Most passkeys do not count, and stay at 0.
      if ((counter > 0 || row.counter > 0) && counter <= row.counter) {
        await audit.record(db, {
          event: 'passkey_copied',
          outcome: 'failure',
          userId,
          origin,
          details: { factor_id: id },
        })
        return invalidPasskey('This passkey seems to have been copied. Use another factor, and remove this passkey.')
      }
      await db
        .updateTable('passkeys')
        .set({ counter, backed_up: backedUp ? 1 : 0, used_at: now() })
        .where('id', '=', id)
        .execute()
      return undefined
    },

    rowsOf,

    /** The passkeys of a user, oldest first. */
    list: async (db: Reader, userId: string): Promise<Passkey[]> => (await rowsOf(db, userId)).map(toPasskey),

    /** The passkeys of a user with everything that is stored about them, oldest first. */
    listWithRows: async (db: Reader, userId: string): Promise<(Passkey & { row: PasskeyRow })[]> =>
      (await rowsOf(db, userId)).map((row) => ({ ...toPasskey(row), row })),

    /** @returns undefined if the user has no such passkey */
    async rename(db: Writer, userId: string, id: string, name: string): Promise<Passkey | undefined> {
      const row = await db
        .updateTable('passkeys')
        .set({ name })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .returning(columnsOf.passkeys)
        .executeTakeFirst()
      return row === undefined ? undefined : toPasskey(row)
    },

    /** @returns false when the user has no such passkey */
    async remove(db: Writer, userId: string, id: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('passkeys')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow()
      return numDeletedRows === 1n
    },

    /** Removes all passkeys of a user. @returns their number */
    async removeAll(db: Writer, userId: string): Promise<number> {
      const { numDeletedRows } = await db.deleteFrom('passkeys').where('user_id', '=', userId).executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    },
  }
}

function toPasskey(row: PasskeyRow): Passkey {
  return {
    id: row.id,
    name: row.name,
    authenticator: authenticatorOf(row.aaguid),
    backedUp: row.backed_up === 1,
    createdAt: row.created_at,
    usedAt: row.used_at,
  }
}

function usedChallenge() {
  return invalidPasskey('The challenge was already used. Request new options.')
}

export function unknownPasskey() {
  return invalidPasskey('This passkey is unknown. It may have been removed from the account.')
}
