import { type Audit, type AuditEvent, type Origin, toEvent } from '../audit/index.ts'
import { type Account, invalidToken } from '../authorization/index.ts'
import type { ListFactors, Passkeys } from '../factors/index.ts'
import { kindAlone } from '../mail/index.ts'
import { columnsOf, type OutboxRow, type Store } from '../store/index.ts'

export type ExportedAccount = Awaited<ReturnType<ReturnType<typeof createExportAccount>>>

export type ExportedMail = Pick<OutboxRow, 'id' | 'kind' | 'created_at' | 'sent_at'>

/** Small, since reading a page and parsing its User-Agents blocks the event loop for a few milliseconds. */
const pageSize = 100

/** Lets users export everything that is stored about them (GDPR, article 15). */
export function createExportAccount({
  store,
  listFactors,
  passkeys,
  audit,
}: {
  store: Store
  listFactors: ListFactors
  passkeys: Passkeys
  audit: Audit
}) {
  /** @param until the newest id at the start of the export, so that new rows do not prolong it */
  async function* pagesOf<Row extends { id: string }>(
    until: string,
    read: (after: string) => Promise<Row[]>,
  ): AsyncGenerator<Row[]> {
    for (let after: string | undefined = ''; after !== undefined && after < until;) {
      const rows: Row[] = await read(after)
      yield rows
      after = rows.at(-1)?.id
    }
  }

  function eventsOf(userId: string, until: string): AsyncGenerator<AuditEvent[]> {
    return pagesOf(until, async (after) => {
      const rows = await store.read((db) =>
        db
          .selectFrom('events')
          .select(columnsOf.events)
          .where('user_id', '=', userId)
          .where('id', '>', after)
          .where('id', '<=', until)
          .orderBy('id')
          .limit(pageSize)
          .execute(),
      )
      return rows.map(toEvent)
    })
  }

  function mailsOf(userId: string, until: string): AsyncGenerator<ExportedMail[]> {
    return pagesOf(until, async (after) => {
      const rows = await store.read((db) =>
        db
          .selectFrom('outbox')
          .select(['id', 'kind', 'created_at', 'sent_at'])
          .where('user_id', '=', userId)
          .where('id', '>', after)
          .where('id', '<=', until)
          .orderBy('id')
          .limit(pageSize)
          .execute(),
      )
      return rows.map((row) => ({ ...row, kind: kindAlone(row.kind) }))
    })
  }

  function newestIdOf(table: 'events' | 'outbox', userId: string): Promise<string> {
    return store.read(async (db) => {
      const row = await db
        .selectFrom(table)
        .select('id')
        .where('user_id', '=', userId)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row?.id ?? ''
    })
  }

  /**
   * Starts an export, after recording it in the audit log. Messages and events are unbounded, so they are read page by
   * page as they are consumed, without keeping a transaction open. Times are milliseconds since the epoch.
   * @throws {ApiError} 401 if the account is gone
   */
  return async function exportAccount({ id }: Account, origin: Origin) {
    const found = await store.read(async (db) => ({
      user: await db.selectFrom('users').select(columnsOf.users).where('id', '=', id).executeTakeFirst(),
      // Bounded: at most 100 sessions, 50 known networks and one token for each purpose.
      sessions: await db
        .selectFrom('sessions')
        .select([
          'id',
          'client_id',
          'scope',
          'address',
          'user_agent',
          'device_id',
          'created_at',
          'used_at',
          'expires_at',
          'authenticated_at',
          'methods',
        ])
        .where('user_id', '=', id)
        .orderBy('created_at')
        .orderBy('id')
        .execute(),
      knownNetworks: await db
        .selectFrom('known_networks')
        .select(['network', 'seen_at', 'first_sign_in_at'])
        .where('user_id', '=', id)
        .orderBy('seen_at')
        .orderBy('network')
        .execute(),
      oneTimeTokens: await db
        .selectFrom('one_time_tokens')
        .select(['purpose', 'email', 'created_at', 'expires_at', 'code_expires_at', 'attempts'])
        .where('user_id', '=', id)
        .orderBy('created_at')
        .execute(),
    }))
    const { user, sessions, knownNetworks, oneTimeTokens } = found
    if (user === undefined) throw invalidToken()
    await audit.report({ event: 'account_exported', userId: id, origin })
    return {
      user,
      sessions,
      knownNetworks,
      oneTimeTokens,
      factors: await listFactors(id),
      passkeys: await store.read((db) => passkeys.listWithRows(db, id)),
      mails: mailsOf(id, await newestIdOf('outbox', id)),
      events: eventsOf(id, await newestIdOf('events', id)),
    }
  }
}
