import { withTimeout } from '../lib/with-timeout.ts'
import type { Store } from '../store/index.ts'

/** The tables that grow with use. */
export const sampledTables = ['users', 'sessions', 'events', 'throttles', 'known_networks', 'outbox'] as const

type TableRows = Partial<Record<(typeof sampledTables)[number], number>>

/** A scrape must not wait longer, least of all while the database does not respond. */
const maxWaitMs = 1_000

/** Metrics of one scrape share a sample. */
const outboxMaxAgeMs = 1_000

const tableRowsMaxAgeMs = 60_000

/**
 * Reads figures from the database, rarely and never for long. Each function resolves to undefined on failure.
 * @param store the database
 * @param now milliseconds since the epoch
 */
export function createSampleDatabase(store: Store, now: () => number) {
  /** Reads at most once in that time. A failure is not remembered. */
  function shared<T>(maxAgeMs: number, read: () => Promise<T>): () => Promise<T | undefined> {
    let latest: { startedAt: number; result: Promise<T | undefined> } | undefined
    return () => {
      // The clock may have been set back.
      if (latest !== undefined && Math.abs(now() - latest.startedAt) < maxAgeMs) return latest.result
      const sample = {
        startedAt: now(),
        result: withTimeout(maxWaitMs, read()).catch(() => {
          if (latest === sample) latest = undefined
          return undefined
        }),
      }
      latest = sample
      return sample.result
    }
  }

  return {
    /** The number of unsent messages, and the time at which the oldest one was created. */
    outbox: shared(outboxMaxAgeMs, async () => {
      const { messages, oldest } = await store.read((db) =>
        db
          .selectFrom('outbox')
          .select(({ fn }) => [fn.countAll().as('messages'), fn.min('created_at').as('oldest')])
          // SQLite uses the index for a comparison, but not for `is not null`.
          .where('due_at', '>', 0)
          .executeTakeFirstOrThrow(),
      )
      return { messages: Number(messages), oldest: oldest === null ? undefined : Number(oldest) }
    }),

    /** The number of rows of each table. */
    tableRows: shared(tableRowsMaxAgeMs, async () => {
      const rows: TableRows = {}
      for (const table of sampledTables) {
        const count = await store.estimateRows(table)
        if (count !== undefined) rows[table] = count
      }
      return rows
    }),
  }
}
