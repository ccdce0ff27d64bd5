import { renderSVG } from 'uqr'
import { v7 as uuidv7 } from 'uuid'
import type { MasterKey } from '../keys/index.ts'
import { columnsOf, type Reader, type Store, type TotpDeviceRow, type UserRow, type Writer } from '../store/index.ts'
import { accountNameOf } from '../users/index.ts'
import type { Availability, SealedTable } from './reseal.ts'
import { newTotpSecret, stepOfCode, totpUriOf } from './totp-codes.ts'

/** The labels of the key derivation must never change. */
export const sealedDevices: SealedTable = { table: 'totp_devices', key: 'id', purpose: 'totp secrets' }

/** A device that is not confirmed by then has to be added again. */
const pendingMs = 15 * 60 * 1000

/** A device to be confirmed, with its secret. */
export interface NewTotpDevice {
  id: string
  name: string
  /** In base32. */
  secret: string
  uri: string
  /** SVG. */
  qrCode: string
  /** Milliseconds since the epoch. */
  createdAt: number
}

/** A confirmed device, without its secret. Times are milliseconds since the epoch. */
export interface TotpDevice {
  id: string
  name: string
  createdAt: number
  confirmedAt: number
  usedAt: number | null
}

interface Confirmed {
  confirmed_at: number
}

type ConfirmedRow = TotpDeviceRow & Confirmed

interface Dependencies {
  store: Store
  masterKey: MasterKey
  /** The name that authenticator apps show. */
  productName: string
  /** Milliseconds since the epoch. */
  now: () => number
}

export type TotpDevices = ReturnType<typeof createTotpDevices>

/**
 * The authenticator apps of users (RFC 6238). Transactions must have locked the user's row, so that no two of them
 * accept the same code.
 */
export function createTotpDevices({ store, masterKey, productName, now }: Dependencies) {
  function devicesOf(db: Reader, userId: string) {
    return db.selectFrom('totp_devices').select(columnsOf.totp_devices).where('user_id', '=', userId)
  }

  /** The rows of the confirmed devices of a user, oldest first. */
  function confirmedOf(db: Reader, userId: string): Promise<ConfirmedRow[]> {
    return devicesOf(db, userId).where('confirmed_at', 'is not', null).orderBy('id').$narrowType<Confirmed>().execute()
  }

  /** @returns undefined if the secret cannot be decrypted, because the master key was replaced */
  function secretOf({ id, sealed }: TotpDeviceRow): string | undefined {
    return masterKey.open(sealedDevices.purpose, id, sealed)
  }

  /** @returns the step of a code that has not been used; undefined if it is wrong, or the secret cannot be decrypted */
  function unusedStep(device: TotpDeviceRow, code: string): number | undefined {
    const { last_step: lastStep } = device
    const secret = secretOf(device)
    const step = secret === undefined ? undefined : stepOfCode(secret, code, now())
    return step === undefined || step <= lastStep ? undefined : step
  }

  async function change(
    db: Writer,
    { id }: TotpDeviceRow,
    { step, ...times }: { step: number; confirmed_at?: number; used_at?: number },
  ) {
    const { numUpdatedRows } = await db
      .updateTable('totp_devices')
      .set({ last_step: step, ...times })
      .where('id', '=', id)
      .where('last_step', '<', step)
      .executeTakeFirstOrThrow()
    return numUpdatedRows === 1n
  }

  return {
    /** Adds a device that has no effect until it is confirmed. It replaces an earlier one of that kind. */
    async add(db: Writer, user: UserRow, name: string): Promise<NewTotpDevice> {
      const time = now()
      const id = uuidv7({ msecs: time })
      const secret = newTotpSecret()
      await db.deleteFrom('totp_devices').where('user_id', '=', user.id).where('confirmed_at', 'is', null).execute()
      await db
        .insertInto('totp_devices')
        .values({
          id,
          user_id: user.id,
          name,
          sealed: masterKey.seal(sealedDevices.purpose, id, secret),
          last_step: 0,
          created_at: time,
          confirmed_at: null,
          used_at: null,
        })
        .execute()
      const uri = totpUriOf(secret, { issuer: productName, label: accountNameOf(user) })
      return { id, name, secret, uri, qrCode: renderSVG(uri, { border: 4 }), createdAt: time }
    },

    /** @returns undefined if there is no such device, it has expired, or it is confirmed already */
    findPending: (db: Reader, userId: string, id: string): Promise<TotpDeviceRow | undefined> =>
      devicesOf(db, userId)
        .where('id', '=', id)
        .where('confirmed_at', 'is', null)
        .where('created_at', '>', now() - pendingMs)
        .executeTakeFirst(),

    /**
     * Confirms a device with a code, which cannot be used again.
     * @returns undefined if the code is wrong
     */
    async confirm(db: Writer, device: TotpDeviceRow, code: string): Promise<TotpDevice | undefined> {
      const step = unusedStep(device, code)
      const confirmedAt = now()
      if (step === undefined || !(await change(db, device, { step, confirmed_at: confirmedAt }))) return undefined
      return { id: device.id, name: device.name, createdAt: device.created_at, confirmedAt, usedAt: null }
    },

    /** Accepts the code of any confirmed device, once. @returns whether it was accepted */
    async use(db: Writer, userId: string, code: string): Promise<boolean> {
      for (const device of await confirmedOf(db, userId)) {
        const step = unusedStep(device, code)
        if (step !== undefined && (await change(db, device, { step, used_at: now() }))) return true
      }
      return false
    },

    /** Whether codes can be verified: `unreadable` if there are confirmed devices and no secret can be decrypted. */
    async availability(db: Reader, userId: string): Promise<Availability> {
      const devices = await confirmedOf(db, userId)
      if (devices.length === 0) return 'none'
      return devices.some((device) => secretOf(device) !== undefined) ? 'available' : 'unreadable'
    },

    /** The confirmed devices of a user, oldest first. */
    list: async (db: Reader, userId: string): Promise<TotpDevice[]> =>
      (await confirmedOf(db, userId)).map(toTotpDevice),

    /** @returns undefined if the user has no such confirmed device */
    async rename(db: Writer, userId: string, id: string, name: string): Promise<TotpDevice | undefined> {
      const row = await db
        .updateTable('totp_devices')
        .set({ name })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('confirmed_at', 'is not', null)
        .returning(columnsOf.totp_devices)
        .$narrowType<Confirmed>()
        .executeTakeFirst()
      return row === undefined ? undefined : toTotpDevice(row)
    },

    /** @returns false when the user has no such confirmed device */
    async remove(db: Writer, userId: string, id: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('totp_devices')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('confirmed_at', 'is not', null)
        .executeTakeFirstOrThrow()
      return numDeletedRows === 1n
    },

    /** Removes all devices of a user. @returns the number of confirmed ones */
    async removeAll(db: Writer, userId: string): Promise<number> {
      const rows = await devicesOf(db, userId).execute()
      await db.deleteFrom('totp_devices').where('user_id', '=', userId).execute()
      return rows.filter(({ confirmed_at: confirmedAt }) => confirmedAt !== null).length
    },

    /**
     * Deletes devices that were not confirmed in time.
     * @param max the maximum number of rows to delete
     * @returns the number of deleted rows
     */
    async deleteExpired(max: number): Promise<number> {
      const { numDeletedRows } = await store.write((db) =>
        db
          .deleteFrom('totp_devices')
          .where(
            'id',
            'in',
            db
              .selectFrom('totp_devices')
              .select('id')
              .where('confirmed_at', 'is', null)
              .where('created_at', '<=', now() - pendingMs)
              .limit(max),
          )
          .where('confirmed_at', 'is', null)
          .executeTakeFirstOrThrow(),
      )
      return Number(numDeletedRows)
    },
  }
}

function toTotpDevice(row: ConfirmedRow): TotpDevice {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    confirmedAt: row.confirmed_at,
    usedAt: row.used_at,
  }
}
