import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { type Audit, fromCommand } from '../audit/index.ts'
import type { Config } from '../config/index.ts'
import { timeStepOf } from '../lib/time-step.ts'
import type { Store, Writer } from '../store/index.ts'

/** The numbers of ended sessions, revoked signing keys, invalidated links and codes, and deleted messages. */
export type RevokedCounts = Awaited<ReturnType<typeof revokeEverything>>

/** A statement on PostgreSQL is cancelled after five seconds, and these take far less. */
const rowsPerStatement = 10_000

/**
 * Ends all sessions, revokes all signing keys, links, codes and invitations, forgets all known devices and networks,
 * and deletes all unsent messages. Codes of authenticator apps up to now count as used. The transaction must hold the
 * lock under which keys are changed.
 * @param time milliseconds since the epoch
 */
export async function revokeEverything(db: Writer, time: number) {
  const keys = await clear(db, 'signing_keys', 'kid')
  const sessions = await clear(db, 'sessions', 'id')
  const links = (await clear(db, 'one_time_tokens', 'id')) + (await clear(db, 'invitations', 'id'))
  await clear(db, 'mail_requests', 'id')
  const { numDeletedRows: mails } = await db
    .deleteFrom('outbox')
    .where('sealed', 'is not', null)
    .executeTakeFirstOrThrow()
  await clear(db, 'known_networks', 'user_id')
  await invalidateUsersCodes(db, time)
  // No network or device is known now, so an account that is locked on unknown ones would be locked everywhere.
  await db.deleteFrom('throttles').where('user_id', 'is not', null).execute()
  return { sessions, keys, links, mails: Number(mails) }
}

/**
 * Revokes everything after a database was restored from a backup. Otherwise tokens that were revoked after the backup
 * would be valid again. The service creates a new signing key when it next needs one.
 */
export function revokeAfterRestore({
  config: { now },
  store,
  audit,
}: {
  config: Pick<Config, 'now'>
  store: Store
  audit: Audit
}): Promise<RevokedCounts> {
  return store.write(async (db) => {
    // Every change of keys locks these rows.
    await store.lock(db.selectFrom('state').select('value').orderBy('name')).execute()
    const ended = await revokeEverything(db, now())
    await audit.record(db, { event: 'backup_restored', origin: fromCommand, details: ended })
    return ended
  })
}

/**
 * Deletes all rows of a table.
 * @returns the number of deleted rows
 */
async function clear(
  db: Writer,
  table: 'signing_keys' | 'sessions' | 'one_time_tokens' | 'mail_requests' | 'invitations' | 'known_networks',
  key: 'id' | 'kid' | 'user_id',
): Promise<number> {
  const keys = sql`select ${sql.ref(key)} from ${sql.table(table)} limit ${rowsPerStatement}`
  const statement = sql`delete from ${sql.table(table)} where ${sql.ref(key)} in (${keys})`
  for (let count = 0; ;) {
    const { numAffectedRows = 0n } = await statement.execute(db)
    count += Number(numAffectedRows)
    if (numAffectedRows === 0n) return count
  }
}

/**
 * Invalidates all device tokens, which are valid for one version of the password, by moving every version ahead, and
 * all codes of authenticator apps that may have been used. The clock of a phone may be one step ahead.
 */
async function invalidateUsersCodes(db: Writer, time: number) {
  const lastStep = timeStepOf(time) + 1
  // Far more than the password changes between a backup and its restore. Random, since a backup may be restored twice.
  const versionIncrement = randomInt(1_000, 1_000_000)
  for (let last = ''; ;) {
    const rows = await db
      .selectFrom('users')
      .select('id')
      .where('id', '>', last)
      .orderBy('id')
      .limit(rowsPerStatement)
      .execute()
    const end = rows.at(-1)?.id
    if (end === undefined) return
    await db
      .updateTable('users')
      .set(({ eb }) => ({ password_version: eb('password_version', '+', versionIncrement) }))
      .where('id', '>', last)
      .where('id', '<=', end)
      .execute()
    await db
      .updateTable('totp_devices')
      .set({ last_step: lastStep })
      .where('user_id', '>', last)
      .where('user_id', '<=', end)
      .where('last_step', '<', lastStep)
      .execute()
    last = end
  }
}
