import { toEvent } from '../audit/index.ts'
import { type Account, invalidToken } from '../authorization/index.ts'
import { columnsOf, type Store } from '../store/index.ts'

export type ExportedAccount = Awaited<ReturnType<ReturnType<typeof createExportAccount>>>

/** Lets users export everything that is stored about them (GDPR 15). */
export function createExportAccount({ store }: { store: Store }) {
  /**
   * Times are milliseconds since the epoch.
   * @throws {ApiError} 401 when the account is gone
   */
  return async function exportAccount({ id }: Account) {
    const { user, events, ...others } = await store.read(async (db) => ({
      user: await db.selectFrom('users').select(columnsOf.users).where('id', '=', id).executeTakeFirst(),
      sessions: await db
        .selectFrom('sessions')
        .select(['id', 'client_id', 'scope', 'address', 'user_agent', 'created_at', 'used_at', 'expires_at'])
        .where('user_id', '=', id)
        .orderBy('created_at')
        .orderBy('id')
        .execute(),
      oneTimeTokens: await db
        .selectFrom('one_time_tokens')
        .select(['purpose', 'email', 'created_at', 'expires_at', 'code_expires_at', 'attempts'])
        .where('user_id', '=', id)
        .orderBy('created_at')
        .execute(),
      events: await db.selectFrom('events').select(columnsOf.events).where('user_id', '=', id).orderBy('id').execute(),
      mails: await db
        .selectFrom('outbox')
        .select(['kind', 'created_at', 'sent_at'])
        .where('user_id', '=', id)
        .orderBy('created_at')
        .orderBy('id')
        .execute(),
    }))
    if (user === undefined) throw invalidToken()
    return { user, events: events.map(toEvent), ...others }
  }
}
