import { v7 as uuidv7 } from 'uuid'
import type { MasterKey } from '../keys/index.ts'
import { timeStepOf } from '../lib/time-step.ts'
import type { Reader, Writer } from '../store/index.ts'
import { sealedDevices } from './totp-devices.ts'

/** The name of imported authenticator apps, which their owners can change. */
const importedName = 'Authenticator app'

/** A user and the secrets of their authenticator apps, in base32. */
interface Owner {
  userId: string
  secrets: string[]
}

interface Dependencies {
  masterKey: MasterKey
  /** Milliseconds since the epoch. */
  now: () => number
}

export type TotpSecrets = ReturnType<typeof createTotpSecrets>

/** Moves the secrets of authenticator apps into and out of the database, for imports and exports of users. */
export function createTotpSecrets({ masterKey, now }: Dependencies) {
  return {
    /**
     * Adds confirmed authenticator apps to new accounts, whose rows already count them. The current code counts as
     * used, since the other system may have accepted it.
     */
    async add(db: Writer, owners: Owner[]): Promise<void> {
      const time = now()
      const rows = owners.flatMap(({ userId, secrets }) =>
        secrets.map((secret) => {
          const id = uuidv7({ msecs: time })
          return {
            id,
            user_id: userId,
            name: importedName,
            sealed: masterKey.seal(sealedDevices.purpose, id, secret),
            last_step: timeStepOf(time),
            created_at: time,
            confirmed_at: time,
            used_at: null,
          }
        }),
      )
      if (rows.length > 0) await db.insertInto('totp_devices').values(rows).execute()
    },

    /** Reads the secrets of users, except those that cannot be decrypted. @returns the secrets by the user's id */
    async read(db: Reader, userIds: string[]): Promise<Map<string, string[]>> {
      const secretsOf = new Map<string, string[]>()
      if (userIds.length === 0) return secretsOf
      const rows = await db
        .selectFrom('totp_devices')
        .select(['id', 'user_id', 'sealed'])
        .where('user_id', 'in', userIds)
        .where('confirmed_at', 'is not', null)
        .orderBy('id')
        .execute()
      for (const { id, user_id: userId, sealed } of rows) {
        const secret = masterKey.open(sealedDevices.purpose, id, sealed)
        if (secret !== undefined) secretsOf.set(userId, [...(secretsOf.get(userId) ?? []), secret])
      }
      return secretsOf
    },
  }
}
