import type { MasterKey } from '../keys/index.ts'
import type { Store } from '../store/index.ts'

type Read = Store['read']

/** A table with a column `sealed`, and the label of the key derivation. */
export interface SealedTable {
  table: 'totp_devices' | 'recovery_codes'
  /** The primary key, to which the encrypted text is bound. */
  key: 'id' | 'user_id'
  purpose: string
}

/** Whether encrypted text exists, and can be decrypted. It cannot if the master key was replaced. */
export type Availability = 'none' | 'available' | 'unreadable'

const rowsPerBatch = 500

/** Reads the rows of a table in pages, ordered by their key. */
async function* pagesOf(read: Read, { table, key }: SealedTable) {
  for (let last = ''; ;) {
    const rows = await read((db) =>
      db
        .selectFrom(table)
        .select([`${key} as key`, 'user_id', 'sealed'])
        .where(key, '>', last)
        .orderBy(key)
        .limit(rowsPerBatch)
        .execute(),
    )
    const end = rows.at(-1)
    if (end === undefined) return
    yield rows
    last = end.key
  }
}

/**
 * Encrypts under the current master key what a previous one encrypted, at the start of the service. A previous key can
 * then be removed from the settings.
 */
export async function reseal(store: Store, masterKey: MasterKey, sealedTable: SealedTable): Promise<void> {
  if (!masterKey.hasPrevious) return
  const { table, key, purpose } = sealedTable
  for await (const rows of pagesOf(store.read, sealedTable)) {
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
  }
}

/**
 * Finds the users whose factors need another key than the current master key.
 * @param masterKey the current master key, with the previous ones
 * @returns the number of users whose factors only a previous key decrypts, and of those that no key decrypts
 */
export async function findForeignFactors(
  read: Read,
  masterKey: MasterKey,
  tables: SealedTable[],
): Promise<{ previous: number; unreadable: number }> {
  const previous = new Set<string>()
  const unreadable = new Set<string>()
  for (const table of tables) {
    for await (const rows of pagesOf(read, table)) {
      for (const { key, user_id: userId, sealed } of rows) {
        if (masterKey.open(table.purpose, key, sealed) === undefined) unreadable.add(userId)
        else if (masterKey.reseal(table.purpose, key, sealed) !== undefined) previous.add(userId)
      }
    }
  }
  return { previous: previous.size, unreadable: unreadable.size }
}
