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
  await invalidateDeviceTokens(db)
  await invalidateTotpCodes(db, time)
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

/** Invalidates all device tokens, which are valid for one version of the password, by moving every version ahead. */
async function invalidateDeviceTokens(db: Writer) {
  // Far more than the password changes between a backup and its restore. Random, since a backup may be restored twice.
  const versionIncrement = randomInt(1_000, 1_000_000)
  for await (const { after, last } of rangesOf(db, 'users')) {
    await db
      .updateTable('users')
      .set(({ eb }) => ({ password_version: eb('password_version', '+', versionIncrement) }))
      .where('id', '>', after)
      .where('id', '<=', last)
      .execute()
  }
}

/** Invalidates all codes of authenticator apps that may have been used. The clock of a phone may be one step ahead. */
async function invalidateTotpCodes(db: Writer, time: number) {
  const lastStep = timeStepOf(time) + 1
  for await (const { after, last } of rangesOf(db, 'totp_devices')) {
    await db
      .updateTable('totp_devices')
      .set({ last_step: lastStep })
      .where('id', '>', after)
      .where('id', '<=', last)
      .where('last_step', '<', lastStep)
      .execute()
  }
}

/** Divides the rows of a table into ranges of ids, each for one statement. */
async function* rangesOf(db: Writer, table: 'users' | 'totp_devices') {
  for (let after = ''; ;) {
    const ids = db.selectFrom(table).select('id').where('id', '>', after).orderBy('id').limit(rowsPerStatement)
    const last = (await ids.execute()).at(-1)?.id
    if (last === undefined) return
    yield { after, last }
    after = last
  }
}
