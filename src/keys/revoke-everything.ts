import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { type Audit, fromCommand } from '../audit/index.ts'
import type { Store, Writer } from '../store/index.ts'

/** How many of each were revoked. */
export type RevokedCounts = Awaited<ReturnType<typeof revokeEverything>>

// So that a statement finishes within the five seconds that PostgreSQL is given.
const maxRowsPerStatement = 10_000

/**
 * Revokes everything that was issued: sessions, signing keys, links, codes and invitations, known devices and networks;
 * and deletes the messages that wait to be sent. Called in a transaction that prevents other changes of keys.
 */
export async function revokeEverything(db: Writer) {
  const keys = await clear(db, 'signing_keys', 'kid')
  const sessions = await clear(db, 'sessions', 'id')
  const links = (await clear(db, 'one_time_tokens', 'id')) + (await clear(db, 'invitations', 'id'))
  await clear(db, 'mail_requests', 'id')
  const { numDeletedRows: mails } = await db
    .deleteFrom('outbox')
    .where('sealed', 'is not', null)
    .executeTakeFirstOrThrow()
  await clear(db, 'known_networks', 'user_id')
  await revokeDevices(db)
  // No location is known any more, so that users whose accounts are locked elsewhere would be locked out everywhere.
  await db.deleteFrom('throttles').where('user_id', 'is not', null).execute()
  return { sessions, keys, links, mails: Number(mails) }
}

/**
 * Revokes everything after a database was restored from a backup, since what was revoked meanwhile would be valid
 * again. The service creates a new key when it next needs one.
 */
export function revokeAfterRestore({ store, audit }: { store: Store; audit: Audit }): Promise<RevokedCounts> {
  return store.write(async (db) => {
    // Every change of keys locks these rows.
    await store.lock(db.selectFrom('state').select('value').orderBy('name')).execute()
    const ended = await revokeEverything(db)
    await audit.record(db, { event: 'backup_restored', origin: fromCommand, details: ended })
    return ended
  })
}

/** @returns how many rows were deleted */
async function clear(
  db: Writer,
  table: 'signing_keys' | 'sessions' | 'one_time_tokens' | 'mail_requests' | 'invitations' | 'known_networks',
  key: 'id' | 'kid' | 'user_id',
): Promise<number> {
  const keys = sql`select ${sql.ref(key)} from ${sql.table(table)} limit ${maxRowsPerStatement}`
  const statement = sql`delete from ${sql.table(table)} where ${sql.ref(key)} in (${keys})`
  for (let count = 0; ;) {
    const { numAffectedRows = 0n } = await statement.execute(db)
    count += Number(numAffectedRows)
    if (numAffectedRows === 0n) return count
  }
}

/** Revokes device tokens. They are valid for one version of a password, which may have increased since the backup. */
async function revokeDevices(db: Writer) {
  // More than a user changes a password between a backup and its restore; and random, since the same backup may be
  // restored twice.
  const ahead = randomInt(1_000, 1_000_000)
  for (let last = ''; ;) {
    const rows = await db
      .selectFrom('users')
      .select('id')
      .where('id', '>', last)
      .orderBy('id')
      .limit(maxRowsPerStatement)
      .execute()
    const end = rows.at(-1)?.id
    if (end === undefined) return
    await db
      .updateTable('users')
      .set(({ eb }) => ({ password_version: eb('password_version', '+', ahead) }))
      .where('id', '>', last)
      .where('id', '<=', end)
      .execute()
    last = end
  }
}
