import { sql } from 'kysely'
import { fold } from '../lib/fold.ts'
import type { Store } from './store.ts'

/**
 * Completes rows that an earlier version has written after a migration had added a column: during a rolling upgrade,
 * versions run side by side.
 * @param max the maximum number of rows to complete in each table
 * @returns the maximum if there may be further rows
 */
export async function completeRows(store: Store, max: number): Promise<number> {
  const names = await completeNames(store, max)
  const sessions = await completeSessions(store, max)
  return Math.max(names, sessions)
}

/** Folds display names, so that searches find them. */
async function completeNames(store: Store, max: number): Promise<number> {
  const users = await store.read((db) =>
    db
      .selectFrom('users')
      .select(['id', 'name'])
      .where('name', 'is not', null)
      .where('name_fold', 'is', null)
      .orderBy('id')
      .limit(max)
      .execute(),
  )
  if (users.length === 0) return 0
  await store.write(async (db) => {
    for (const { id, name } of users) {
      await store.defer(
        db,
        db
          .updateTable('users')
          .set({ name_fold: fold(name ?? '') })
          .where('id', '=', id)
          // Unless the name has been changed meanwhile.
          .where('name', '=', name),
      )
    }
  })
  return users.length
}

/** Versions without second factors did not store when a session was authenticated, and the earliest no last sign-in. */
async function completeSessions(store: Store, max: number): Promise<number> {
  const sessions = await store.read((db) =>
    db
      .selectFrom('sessions')
      .select(['id', 'user_id', 'created_at'])
      .where('authenticated_at', '=', sql.lit(0))
      // Otherwise it would stay incomplete, and be read again without end.
      .where('created_at', '>', 0)
      // In the order of their index: SQLite would read all sessions in the order of their users.
      .orderBy('id')
      .limit(max)
      .execute(),
  )
  if (sessions.length === 0) return 0
  // Instances that lock users in the same order do not deadlock.
  const sorted = sessions.toSorted(
    (one, other) => Number(one.user_id > other.user_id) - Number(one.user_id < other.user_id),
  )
  await store.write(async (db) => {
    for (const { id, user_id: userId, created_at: createdAt } of sorted) {
      await store.defer(
        db,
        db
          .updateTable('sessions')
          .set({ authenticated_at: createdAt })
          .where('id', '=', id)
          .where('authenticated_at', '=', sql.lit(0)),
      )
      await store.defer(
        db,
        db
          .updateTable('users')
          .set({ signed_in_at: createdAt })
          .where('id', '=', userId)
          .where((row) => row.or([row('signed_in_at', 'is', null), row('signed_in_at', '<', createdAt)])),
      )
    }
  })
  return sessions.length
}
