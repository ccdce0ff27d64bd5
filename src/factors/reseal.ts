import type { MasterKey } from '../keys/index.ts'
import type { Store } from '../store/index.ts'

/** A table with a column `sealed`, and the label of the key derivation. */
export interface SealedTable {
  table: 'totp_devices' | 'recovery_codes'
  /** The primary key, to which the encrypted text is bound. */
  key: 'id' | 'user_id'
  purpose: string
}

const rowsPerBatch = 500

/**
 * Encrypts under the current master key what a previous one encrypted, at the start of the service. A previous key can
 * then be removed from the settings.
 */
export async function reseal(store: Store, masterKey: MasterKey, { table, key, purpose }: SealedTable): Promise<void> {
  if (!masterKey.hasPrevious) return
  for (let last = ''; ;) {
    const rows = await store.read((db) =>
      db
        .selectFrom(table)
        .select([`${key} as key`, 'sealed'])
        .where(key, '>', last)
        .orderBy(key)
        .limit(rowsPerBatch)
        .execute(),
    )
    const changed = rows.flatMap((row) => {
      const resealed = masterKey.reseal(purpose, row.key, row.sealed)
      return resealed === undefined ? [] : [{ ...row, resealed }]
    })
    await store.write(async (db) => {
      for (const row of changed) {
        await db
          .updateTable(table)
          .set({ sealed: row.resealed })
          .where(key, '=', row.key)
          // A code may have been used meanwhile, which must not be undone.
          .where('sealed', '=', row.sealed)
          .execute()
      }
    })
    const end = rows.at(-1)
    if (end === undefined) return
    last = end.key
  }
}
